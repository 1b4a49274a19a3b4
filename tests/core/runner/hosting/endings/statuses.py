"""Statuses, signals and exceptions."""

from __future__ import annotations

STATUSES: dict[str, str] = {
    "sys.exit()": "import sys; sys.exit()",
    "sys.exit with a text": "import sys; sys.exit('no such shot \\u00e9 \\ud800')",
    "sys.exit(True)": "import sys; sys.exit(True)",
    "sys.exit(256)": "import sys; sys.exit(256)",
    "sys.exit(-1)": "import sys; sys.exit(-1)",
    # With an exception pending, 3.12 and newer complain in other words without threading.
    "sys.exit(2**70)": "import sys, threading; sys.exit(2**70)",
    "sys.exit with an object": """
        import sys
        class A:
            def __str__(self): return "an A"
        sys.exit(A())
        """,
    "sys.exit with what cannot be printed": """
        import sys, threading
        class A:
            def __str__(self): raise ValueError("x")
        sys.exit(A())
        """,
    "an heir of SystemExit": """
        class Gone(SystemExit): pass
        raise Gone(7)
        """,
    "SystemExit with a code that is gone": """
        error = SystemExit(4)
        del error.code
        raise error
        """,
    "sys.exit within a finally that prints": """
        import sys
        try: sys.exit(3)
        finally: print("finally")
        """,
    "os._exit": """
        import atexit, os
        atexit.register(print, "never")
        print("x", flush=True)
        os._exit(4)
        """,
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "SIGINT": "import os; os.kill(os.getpid(), 2); print('not reached')",
    "SIGTERM": "import os; os.kill(os.getpid(), 15)",
    "abort": "import os; os.abort()",
    "an exception": """
        def f(n): return n / 0
        f(1)
        """,
    "exceptions that led to each other": """
        try: {}["a"]
        except KeyError as error: raise ValueError("two\\nlines") from error
        """,
    "an exception of a class of its own": """
        class Mine(Exception):
            def __str__(self): raise ValueError("no text")
        raise Mine(1)
        """,
    "endless recursion": """
        depth = 0
        def f():
            global depth
            depth += 1
            f()
        try: f()
        except RecursionError: print(depth, flush=True)
        f()
        """,
    "an excepthook": """
        import sys, traceback
        def hook(kind, value, trace):
            print("hook", kind.__name__, value, len(traceback.extract_tb(trace)))
        sys.excepthook = hook
        1 / 0
        """,
    "an excepthook that fails": """
        import sys
        def hook(*_): raise ValueError("in the hook")
        sys.excepthook = hook
        1 / 0
        """,
    "an excepthook that leaves": """
        import sys
        sys.excepthook = lambda *_: sys.exit(9)
        1 / 0
        """,
    "no excepthook, and what is noted": """
        import atexit, sys
        atexit.register(lambda: print(sys.last_type, sys.last_value, file=sys.stderr))
        del sys.excepthook
        1 / 0
        """,
    "nothing is noted before": """
        import sys
        print([name for name in dir(sys) if name.startswith("last_")], sys.exc_info())
        print(sys.excepthook is sys.__excepthook__)
        """,
    "standard error is gone": """
        import sys
        sys.stderr = None
        1 / 0
        """,
    "modules that are needed for telling are gone": """
        import sys
        sys.modules["json"] = sys.modules["linecache"] = sys.modules["re"] = None
        1 / 0
        """,
    "everything is gone": """
        import builtins, sys
        builtins.__import__ = builtins.open = None
        sys.modules.clear(); sys.path = sys.argv = sys.modules = None
        """,
    "an heir of KeyboardInterrupt": """
        class Mine(KeyboardInterrupt): pass
        raise Mine("x")
        """,
    "a segmentation fault that is dumped": """
        import faulthandler
        faulthandler.enable()
        faulthandler._sigsegv()
        """,
}
