"""The least that running a callback can cost: a small process that forks, or spawns, and waits.

Run as a program by runner.py, under the interpreter of callbacks::

    runner_floor.py fork SCRIPT COUNT PARALLEL FOLDER MODULE...
    runner_floor.py spawn COUNT PARALLEL FOLDER COMMAND...

`fork` has the modules loaded and the code compiled, and a `qb` that answers constants; each
child writes to a file that is read back and removed. Prints how long each took, and all, and
how long it took to the first line of a script that prints `time.monotonic()`.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF

JOB = {"id": 5042, "name": "shot_010", "status": "running", "user": "jo"}


def constant_qb() -> types.ModuleType:
    qb = types.ModuleType("qb")
    qb.__dict__.update(jobid=lambda: 5042, jobinfo=lambda *pairs: [JOB])
    return qb


def forker(script: str) -> Callable[[int], int]:
    code = compile(Path(script).read_bytes(), script, "exec")
    sys.modules["qb"] = constant_qb()
    gc.collect()
    gc.freeze()

    def start(output: int) -> int:
        pid = os.fork()
        if pid == 0:
            os.dup2(output, 1)
            os.dup2(output, 2)
            exec(  # noqa: S102  # what is measured
                code, {"__name__": "__main__", "__file__": script}
            )
            sys.stdout.flush()
            os._exit(0)
        return pid

    return start


def spawner(command: list[str]) -> Callable[[int], int]:
    def start(output: int) -> int:
        places = [(os.POSIX_SPAWN_DUP2, output, 1), (os.POSIX_SPAWN_DUP2, output, 2)]
        return os.posix_spawnp(command[0], command, os.environ, file_actions=places)

    return start


def measure(
    start: Callable[[int], int], count: int, parallel: int, folder: str
) -> tuple[float, list[float], list[float]]:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND
    running: dict[int, tuple[float, int, str]] = {}
    latencies, starts = [], []
    began = time.monotonic()
    for number in range(count + parallel):
        if len(running) == parallel or (number >= count and running):
            pid, status = os.wait()
            if status:
                raise SystemExit(f"a child ended with {status}")
            at, output, path = running.pop(pid)
            printed = os.pread(output, 1024 * 1024, 0)
            os.close(output)
            os.unlink(path)  # noqa: PTH108  # nothing but the call is measured
            latencies.append(time.monotonic() - at)
            if printed[:1].isdigit():
                starts.append(float(printed) - at)
        if number < count:
            path = f"{folder}/{number}"
            at = time.monotonic()
            output = os.open(path, flags, 0o600)
            running[start(output)] = (at, output, path)
    return time.monotonic() - began, latencies, starts


def main(kind: str, *rest: str) -> None:
    if kind == "fork":
        script, count, parallel, folder, *modules = rest
        for name in modules:
            __import__(name)
        start = forker(script)
    else:
        count, parallel, folder, *command = rest
        start = spawner(command)
    before = time.process_time()
    elapsed, latencies, starts = measure(start, int(count), int(parallel), folder)
    used = [resource.getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    cpu = sum(each.ru_utime + each.ru_stime for each in used) - before
    told = {"elapsed": elapsed, "latencies": latencies, "starts": starts, "cpu": cpu}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
