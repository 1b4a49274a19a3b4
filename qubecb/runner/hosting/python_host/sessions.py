"""The processes of the machine, as /proc tells: who belongs to a session, and how to end it.

Plain Python 3.6: the host and the launcher use it, and so does the worker. A session is the
process tree of one run: each callback begins its own. Linux only; where there is no /proc
only the process group of the callback's own process can be found.
"""

import contextlib
import os
import signal
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Collection, Dict, Iterable, List, NamedTuple, Optional

    class Process(NamedTuple):
        """One line of /proc/PID/stat; see proc(5)."""

        pid: int
        state: str
        parent: int
        session: int
        #: Clock ticks of processor time, user and system.
        ticks: int
        threads: int
        #: Clock ticks since the machine started; with the pid it names a process for good.
        started: int
        #: Resident memory in pages.
        pages: int

else:
    from collections import namedtuple

    Process = namedtuple(
        "Process", "pid state parent session ticks threads started pages"
    )

_DEAD = "ZXx"
#: Whether /proc tells about processes; without it only process groups can be ended.
TOLD = os.path.isdir("/proc/self")


def read(pid: int) -> "Optional[Process]":
    """Give one process, or None when it is gone. A zombie counts as gone."""
    process = _stat(pid)
    return None if process is None or process.state in _DEAD else process


def zombies(parent: int) -> "List[Process]":
    """Give the ended children of a process that nobody has waited for."""
    found = (_stat(pid) for pid in pids())
    return [
        each
        for each in found
        if each is not None and each.parent == parent and each.state == "Z"
    ]


def _stat(pid: int) -> "Optional[Process]":
    try:
        descriptor = os.open("/proc/%d/stat" % pid, os.O_RDONLY)
    except OSError:
        return None
    try:
        data = os.read(descriptor, 4096)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    # The name stands in parentheses and may hold blanks and parentheses itself.
    fields = data[data.rindex(b")") + 2 :].split(None, 22)
    return Process(
        pid,
        fields[0].decode(),
        int(fields[1]),
        int(fields[3]),
        int(fields[11]) + int(fields[12]),
        int(fields[17]),
        int(fields[19]),
        int(fields[21]),
    )


def pids() -> "List[int]":
    """Give the ids of all processes, zombies included."""
    try:
        names = os.listdir("/proc")
        return [int(name) for name in names if name.isdigit()]
    except OSError:
        return []


def last_pid() -> int:
    """Give the process id that was given out last, or 0 where that cannot be told."""
    try:
        descriptor = os.open("/proc/loadavg", os.O_RDONLY)
    except OSError:
        return 0
    try:
        return int(os.read(descriptor, 200).split()[-1])
    except (OSError, ValueError, IndexError):
        return 0
    finally:
        os.close(descriptor)


def snapshot(among: "Optional[Iterable[int]]" = None) -> "Dict[int, Process]":
    """Give the living processes, all or those among some ids, by id."""
    found = (read(pid) for pid in (pids() if among is None else among))
    return {process.pid: process for process in found if process is not None}


def members(sessions: "Collection[int]") -> "List[Process]":
    """Give the living processes of these sessions."""
    return [each for each in snapshot().values() if each.session in sessions]


def send(processes: "Iterable[Process]", number: int) -> None:
    """Send a signal to each; those that are gone meanwhile do not matter."""
    for process in processes:
        with contextlib.suppress(OSError):
            os.kill(process.pid, number)


def ask_to_end(leaders: "Collection[int]") -> None:
    """SIGTERM to whole sessions, given by their leaders; SIGCONT too, since a stopped process would not notice."""
    found = members(leaders)
    send(found, signal.SIGTERM)
    send(found, signal.SIGCONT)
    _signal_groups(leaders, signal.SIGTERM)


def kill(leaders: "Collection[int]", rounds: int = 50) -> bool:
    """SIGKILL to whole sessions until nobody is found; give whether that was reached.

    Everybody is stopped first: a stopped process cannot fork, so that a fork bomb is frozen
    and not raced with.
    """
    _signal_groups(leaders, signal.SIGKILL)
    seen = set()  # type: set[int]
    for _ in range(rounds):
        found = members(leaders)
        if not found:
            return True
        fresh = [process for process in found if process.pid not in seen]
        if fresh:
            send(fresh, signal.SIGSTOP)
            seen.update(process.pid for process in fresh)
        else:
            send(found, signal.SIGKILL)
            seen.clear()
    return False


def end(leaders: "Collection[int]", grace: float) -> None:
    """End whole sessions as at a timeout: SIGTERM, `grace` seconds, SIGKILL. Blocks."""
    if not leaders:
        return
    ask_to_end(leaders)
    deadline = time.monotonic() + grace
    while members(leaders) and time.monotonic() < deadline:
        time.sleep(0.02)  # /proc tells nobody when a process ends
    kill(leaders)


def _signal_groups(leaders: "Collection[int]", number: int) -> None:
    """What can be done without /proc: the process group of each leader."""
    if TOLD:
        return
    for leader in leaders:
        with contextlib.suppress(OSError):
            os.killpg(leader, number)
