"""How what a script made ends."""

from __future__ import annotations

OBJECTS: dict[str, str] = {
    "a finalizer": """
        import os
        class Last:
            def __init__(self, name): self.name = name
            def __del__(self): print("del", self.name, os.sep)
        last = Last("one")
        """,
    "a finalizer in a module beside it": """
        import beside
        === beside.py
        class Own:
            def __del__(self): print("own", __name__, __file__)
        own = Own()
        """,
    "a finalizer in a cycle in a module beside it": """
        import beside
        beside.kept = [1]
        === beside.py
        import json
        class Own:
            def __del__(self): print("own", json.dumps(kept))
        own = [Own()]
        own.append(own)
        """,
    "a finalizer without a place for anything": """
        class Small:
            __slots__ = ()
            def __del__(self): print("small")
        import json
        json.kept = Small()
        """,
    "a generator that waits": """
        def wait():
            try: yield 1
            finally: print("closed")
        g = wait(); next(g)
        """,
    "weakref.finalize and a weak reference": """
        import weakref
        class A: pass
        a = A(); b = A()
        weakref.finalize(a, print, "finalized")
        ref = weakref.ref(b, lambda _: print("gone"))
        """,
    "an exception in a finalizer": """
        class A:
            def __del__(self): raise ValueError("in del")
        def f():
            a = A()
        f()
        print("on")
        """,
    "an object that comes back": """
        kept = []
        class A:
            def __del__(self): kept.append(self); print("again")
        a = A()
        """,
    "a garbage collector that is told to complain": """
        import gc
        gc.set_debug(gc.DEBUG_SAVEALL)
        class A: pass
        a = A(); a.me = a
        del a
        gc.callbacks.append(lambda phase, info: None)
        """,
    "what a failed script held": """
        class A:
            def __del__(self): print("del")
        def f():
            a = A()
            raise ValueError("x")
        f()
        """,
    "a garbage collector that is taken away": """
        import gc, sys
        gc.get_objects = gc.callbacks = gc.isenabled = gc.unfreeze = sys.modules["gc"] = None
        f = open("x.txt", "w"); f.write("x")
        """,
    "what a proxy and a weak set were asked to do": """
        import weakref
        class A: pass
        a, b = A(), A()
        p = weakref.proxy(a, lambda _: print("proxy gone"))
        s = weakref.WeakSet([b]); b.f = open("x.txt", "w"); b.f.write("x")
        """,
    "metaclasses and iterators": """
        class Meta(type):
            def __del__(cls): print("meta del")
        class A(metaclass=Meta): pass
        class Numbers:
            def __iter__(self): return self
            def __next__(self): return 1
            def __del__(self): print("numbers del")
        m = map(str, Numbers()); next(m)
        """,
    "an opener and a context that waits": """
        import contextlib, urllib.request
        class Handler(urllib.request.BaseHandler):
            def __del__(self): print("handler del")
        urllib.request.install_opener(urllib.request.build_opener(Handler()))
        @contextlib.contextmanager
        def context():
            try: yield
            finally: print("finally", flush=True)
        c = context(); c.__enter__()
        """,
}
