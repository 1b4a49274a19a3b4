"""How what a script has not written yet is written at its end."""

from __future__ import annotations

WRITING: dict[str, str] = {
    "a buffering handler in dictConfig": """
        import logging, logsetup
        logging.info("x")
        === logsetup.py
        import logging.config
        logging.config.dictConfig({
            "version": 1,
            "formatters": {"short": {"format": "%(levelname)s %(message)s"}},
            "handlers": {
                "file": {"class": "logging.FileHandler", "filename": "x.log", "formatter": "short"},
                "buffer": {"class": "logging.handlers.MemoryHandler", "capacity": 100,
                           "target": "file", "flushLevel": "ERROR"},
            },
            "root": {"level": "INFO", "handlers": ["buffer"]},
        })
        """,
    "a BufferingHandler of the logging module": """
        import logging, logging.handlers
        class Shown(logging.handlers.BufferingHandler):
            def flush(self):
                for record in self.buffer:
                    print(record.getMessage())
                super().flush()
        logging.getLogger().addHandler(Shown(10))
        logging.warning("kept back")
        """,
    "a handler that writes to a compressed stream": """
        import gzip, logging
        logging.getLogger().addHandler(logging.StreamHandler(gzip.open("x.gz", "wt")))
        logging.warning("compressed")
        """,
    "logging with a stack": """
        import logging
        logging.warning("x", stack_info=True)
        """,
    "compressed files in a module beside it": """
        import out
        out.a.write("one\\n"); out.b.write("two\\n"); out.c.write("three\\n")
        out.z.writestr("name", "text")
        === out.py
        import bz2, gzip, lzma, zipfile
        a = gzip.open("a.gz", "wt"); b = bz2.open("b.bz2", "wt"); c = lzma.open("c.xz", "wt")
        z = zipfile.ZipFile("z.zip", "w")
        """,
    "an open text file": """
        f = open("x.txt", "w")
        f.write("no line end")
        """,
    "an open file in a cycle": """
        class Node: pass
        node = Node(); node.me = node; node.file = open("x.txt", "w"); node.file.write("x")
        del node
        """,
    "an open file in a module of the standard library": """
        import json
        json.kept = open("x.txt", "w"); json.kept.write("x")
        """,
    "an open file that sys and builtins hold": """
        import builtins, sys
        sys.kept = open("x.txt", "w"); sys.kept.write("x")
        builtins.kept = open("y.txt", "w"); builtins.kept.write("y")
        """,
    "output without a line end": 'print("no line end", end="")',
    "standard output in the place of another": """
        import io, sys
        sys.stdout = io.StringIO()
        print("lost")
        sys.__stdout__.write("kept")
        """,
    "standard output detached": """
        import sys
        out = sys.stdout.detach()
        out.write(b"bytes")
        """,
    "standard output closed": """
        import sys
        print("x")
        sys.stdout.close()
        """,
    "a closed descriptor": """
        import os
        print("x", end="")
        os.close(1)
        """,
    "output of the C library": """
        import ctypes
        ctypes.CDLL(None).puts(b"from C")
        """,
    "a database that nobody closes": """
        import sqlite3
        a = sqlite3.connect("x.db")
        a.execute("pragma journal_mode=wal"); a.execute("create table t (a)")
        """,
    "a file of keys that nobody closes": """
        import shelve
        kept = shelve.open("x", writeback=True)
        kept["a"] = [1]; kept["a"].append("second")
        """,
    "a temporary folder that nobody closes": """
        import os, tempfile
        folder = tempfile.TemporaryDirectory(dir=".")
        file = tempfile.NamedTemporaryFile(dir=".")
        print(os.path.isdir(folder.name), os.path.exists(file.name))
        """,
    "logging to files": """
        import logging
        logging.basicConfig(filename="a.log", level=10, format="%(message)s")
        logging.getLogger("a").addHandler(logging.FileHandler("b.log", delay=True))
        logging.getLogger("a").warning("x")
        """,
    "files kept in odd places": """
        import functools, os, threading
        def opened(name):
            f = open(name, "w"); f.write("x"); return f
        local = threading.local(); local.f = opened("local.txt")
        os.environ.kept = opened("environ.txt")
        @functools.lru_cache(None)
        def cached(name): return opened(name)
        cached("cached.txt")
        def default(f=opened("default.txt")): pass
        try: 1 / 0
        except ZeroDivisionError as error: error.f = opened("error.txt"); kept = error
        """,
    "standard output and error in files": """
        import sys
        sys.stdout = open("out.txt", "w"); sys.stderr = open("err.txt", "w")
        print("to the file")
        1 / 0
        """,
}
