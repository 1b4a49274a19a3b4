"""Threads, `atexit`, and processes that a script starts."""

from __future__ import annotations

COMPANY: dict[str, str] = {
    "atexit, in order, and what it still sees": """
        import atexit
        atexit.register(lambda: print("first", "__file__" in globals(), __name__))
        atexit.register(print, "second")
        print("end")
        """,
    "an exception in atexit": """
        import atexit
        def f(): raise ValueError("in atexit")
        atexit.register(f)
        atexit.register(lambda: print("before", flush=True))
        """,
    "sys.exit in atexit": """
        import atexit, sys
        atexit.register(print, "later")
        atexit.register(sys.exit, 3)
        """,
    "a thread that goes on": """
        import atexit, threading, time
        atexit.register(print, "atexit")
        go = threading.Event()
        threading.Thread(target=lambda: (go.wait(), print("thread"))).start()
        print("end")
        go.set()
        """,
    "a thread that starts another": """
        import threading
        def f():
            threading.main_thread().join()
            threading.Thread(target=print, args=("second",)).start()
        threading.Thread(target=f).start()
        """,
    "a daemon thread": """
        import threading, time
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        print("end")
        """,
    "an exception in a thread": """
        import threading
        def f(): raise ValueError("in a thread")
        thread = threading.Thread(target=f, name="worker"); thread.start(); thread.join()
        print("on")
        """,
    "a pool of threads": """
        import atexit, threading
        atexit.register(print, "atexit")
        from concurrent.futures import ThreadPoolExecutor
        pool, go = ThreadPoolExecutor(2), threading.Event()
        for n in range(3):
            pool.submit(lambda n=n: (go.wait(), print("done")))
        print("end")
        go.set()
        """,
    "a timer and a lock that is held": """
        import threading
        lock = threading.Lock(); lock.acquire()
        threading.Timer(0.05, print, ["timer"]).start()
        """,
    "asyncio without an end": """
        import asyncio
        async def main(): print("in")
        loop = asyncio.new_event_loop()
        loop.run_until_complete(main())
        """,
    "multiprocessing that is not joined": """
        import multiprocessing
        context = multiprocessing.get_context("fork")
        go = context.Event()
        def f():
            go.wait(); print("child", flush=True)
        if __name__ == "__main__":
            context.Process(target=f).start()
            print("end", flush=True)
            go.set()
        """,
    "multiprocessing with spawn": """
        import multiprocessing
        def double(n): return 2 * n
        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(pool.map(double, [1, 2]))
        """,
    "a process with forkserver": """
        import multiprocessing
        def show(n): print("child", n, __name__, flush=True)
        if __name__ == "__main__":
            process = multiprocessing.get_context("forkserver").Process(target=show, args=(1,))
            process.start(); process.join(); print(process.exitcode)
        """,
    "fork, and both go on to the end": """
        import atexit, os
        atexit.register(lambda: print("atexit", name, flush=True))
        name = "child"
        pid = os.fork()
        if pid:
            os.waitpid(pid, 0); name = "parent"
        """,
    "fork, and the child fails": """
        import os
        pid = os.fork()
        if pid == 0:
            1 / 0
        print(os.waitpid(pid, 0)[1])
        """,
    "another program in its place": """
        import os
        print("before", flush=True)
        os.execv("/bin/sh", ["sh", "-c", "echo after; exit 5"])
        """,
    "a queue between processes": """
        import multiprocessing
        context = multiprocessing.get_context("fork")
        queue = context.Queue()
        def child(): print("got", len(queue.get()), flush=True)
        if __name__ == "__main__":
            context.Process(target=child).start()
            queue.put("x" * 200000)
        """,
    "atexit that is run and cleared by hand": """
        import atexit
        atexit.register(print, "once")
        atexit._run_exitfuncs()
        atexit.register(print, "never"); atexit._clear()
        f = open("x.txt", "w"); f.write("x")
        """,
    "tasks and generators that wait in asyncio": """
        import asyncio
        async def numbers():
            try: yield 1
            finally: print("closed")
        async def main():
            global n
            n = numbers(); await n.__anext__()
        loop = asyncio.new_event_loop(); loop.run_until_complete(main())
        """,
}
