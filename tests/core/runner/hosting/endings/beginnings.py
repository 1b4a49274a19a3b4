"""What is in a script's file, and what it finds when it begins."""

from __future__ import annotations

BEGINNINGS: dict[str, str] = {
    "a syntax error": "x = 1\nif x\n    pass\n",
    "an indentation error": "if 1:\nx = 1\n",
    "bytes that are not UTF-8": "LATIN print('é')\n",
    "a declared encoding": "LATIN # -*- coding: latin-1 -*-\nprint('é')\n",
    "an unknown encoding": "# coding: nonsense\nprint(1)\n",
    "a byte order mark": "\ufeffprint('bom')\n",
    "line ends of Windows": "x = '''a\r\nb'''\r\nprint(repr(x))\r\n",
    "a null byte": "print(1)\0\nprint(2)\n",
    "an empty file": "",
    "from __future__": """
        from __future__ import annotations, division
        x: int = 1
        print(__annotations__, 1 / 2)
        """,
    "a warning of the compiler": "print(1 is 1)\nassert (1, 'x')\n",
    "its names": """
        import sys
        'text'
        print(sorted(name for name in globals() if name not in ("qb", "sys")))
        print(__name__, __file__, __doc__, __package__, __spec__, type(__loader__).__name__)
        print(sys.argv, sys.path[0], __builtins__ is sys.modules["builtins"])
        """,
    "its docstring": '"""Said."""\nprint(__doc__)\n',
    "how it was started": """
        import sys
        print(getattr(sys, "orig_argv", ["", __file__])[1:])
        print(sys.flags, sys.warnoptions, sys.dont_write_bytecode)
        """,
    "its stack": """
        import inspect, sys, traceback, warnings
        traceback.print_stack()
        warnings.warn("two levels up", stacklevel=2)
        warnings.warn("here")
        print([frame.filename == __file__ for frame in inspect.stack()])
        try: sys._getframe(1)
        except ValueError as error: print(error)
        """,
    "its own source": """
        import inspect, sys
        def f():
            return 1
        print(inspect.getsource(f), inspect.getsource(sys.modules[__name__]).count("\\n"))
        """,
    "its functions pickled": """
        import pickle
        def f(): return 1
        class A: pass
        print(pickle.loads(pickle.dumps(f)) is f, type(pickle.loads(pickle.dumps(A()))) is A)
        import __main__
        from __main__ import f as g
        print(__main__.f is g)
        """,
    "its streams": """
        import sys
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            print(stream.name, stream.mode, stream.encoding, stream.isatty(), stream.fileno())
            print(stream.buffer.name, stream.buffer.mode, stream.buffer.raw.closefd)
        print(sys.stdin is sys.__stdin__, sys.stdout is sys.__stdout__, sys.stdin.read())
        print(type(sys.stderr.buffer).__name__, "\\udc80")
        """,
    "its signals": """
        import signal
        for number in (1, 2, 3, 13, 15, 17, 25):
            print(number, signal.getsignal(number))
        print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.set_wakeup_fd(-1))
        """,
    "where it is": """
        import os
        print(os.getcwd() == os.path.dirname(__file__), oct(os.umask(0)))
        """,
    "a folder of modules": """
        import package.part
        print(package.part.__file__, package.part.__cached__, package.__path__)
        === package/__init__.py
        === package/part.py
        import sys
        print(__name__, __spec__.origin, type(__loader__).__mro__[-2].__name__)
        """,
    "a module that leaves": """
        import leaves
        print("not reached")
        === leaves.py
        import sys
        sys.exit(6)
        """,
    "a module with a syntax error": """
        import wrong
        === wrong.py
        def f(:
        """,
    "an archive of modules": """
        import sys, zipfile
        with zipfile.ZipFile("lib.zip", "w") as archive:
            archive.writestr("zipped.py", "print(__file__)")
        sys.path.insert(1, "lib.zip")
        import zipped
        """,
    "an archive of modules, beside it by its whole path": """
        import os, sys, zipfile
        archive = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib.zip")
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr("zipped.py", "print(__name__)")
        sys.path.insert(1, archive)
        import zipped
        """,
    "itself, by runpy": """
        import runpy
        if __name__ == "__main__": runpy.run_path(__file__, run_name="again")
        print(__name__)
        """,
    "a path that becomes a folder": """
        import importlib, os, sys
        later = os.path.join(os.path.dirname(os.path.abspath(__file__)), "later")
        sys.path.insert(1, later)
        try: import within
        except ImportError as error: print(error)
        os.mkdir(later)
        with open(os.path.join(later, "within.py"), "w") as file: file.write("print(1)")
        os.utime(os.path.join(later, "within.py"), (1e9, 1e9))
        importlib.invalidate_caches()
        try: import within
        except ImportError as error: print(error)
        """,
    "a module that was not there at first": """
        import importlib, os
        try: import late
        except ImportError as error: print(error)
        with open("late.py", "w") as file: file.write("print('late')")
        os.utime("late.py", (1e9, 1e9))
        importlib.invalidate_caches()
        import late
        """,
    "tracing": """
        import sys
        def f(): return 1
        class Trace:
            def __call__(self, frame, event, arg):
                if frame.f_code.co_filename == __file__: print(event, frame.f_lineno)
        sys.settrace(Trace())
        f()
        sys.settrace(None)
        """,
}
