"""Processes that callbacks left running: counted, and their late output dropped.

A callback may start something with `subprocess.Popen` and return, as the documentation tells
its authors. What it left is found by its session, and if it began its own session, by what
else it has of the run: its output file or its environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from qubecb.runner.hosting.python_host import sessions
from qubecb.runner.hosting.python_host.sessions import Process
from qubecb.runner.running.output import OutputFile

#: Process ids that are asked about one by one; of more the list of processes is read.
MOST_STEPS = 64
#: Runs whose left-over processes are followed at a time; of older ones no output is dropped.
MOST_FOLLOWED = 256


@dataclass(frozen=True, slots=True)
class Trace:
    """How processes of one run are known."""

    run_id: str
    session: int
    output: Path


class Leftovers:
    """Finds left-over processes without listing all processes at the end of each run.

    Only process ids given out since the last look are asked about, and of those only what
    descends from our hosts and callbacks is remembered.
    """

    def __init__(self) -> None:
        self._last = sessions.last_pid()
        self._candidates: set[int] = set()
        self._followed: dict[str, tuple[OutputFile, list[Process]]] = {}

    def of(self, trace: Trace, leaders: Set[int]) -> list[Process]:
        """Give the living processes of a run that has ended.

        `leaders` are our hosts and other callbacks' own processes: none of them is one, and
        each of those descends from one.
        """
        self._candidates |= self._new(trace.session)
        self._candidates -= leaders
        living = sessions.snapshot(self._candidates)
        self._candidates.intersection_update(living)
        left = []
        for process in living.values():
            if process.session == trace.session or (
                _descends(process, living, leaders) and _belongs(process.pid, trace)
            ):
                left.append(process)
            elif not _descends(process, living, leaders):
                self._candidates.discard(process.pid)
        return left

    def _new(self, own: int) -> set[int]:
        """The ids of processes that may have begun since the last look.

        Ids are given out in ascending order. Where the last one cannot be told, or does not
        fit the run's own, or they began anew from the lowest, all processes are listed.
        """
        before, self._last = self._last, sessions.last_pid()
        found = range(before + 1, self._last + 1)
        fits = 0 < before <= self._last and own <= self._last
        if fits and len(found) <= MOST_STEPS:
            return set(found)
        return set(sessions.pids())

    def follow(self, run_id: str, output: OutputFile, left: list[Process]) -> None:
        """Keep dropping what these processes write, until they end."""
        self._followed[run_id] = (output, left)
        if len(self._followed) > MOST_FOLLOWED:
            oldest = next(iter(self._followed))
            self._followed.pop(oldest)[0].close()

    def look(self) -> None:
        """Drop late output, so that it takes no disk; forget processes that ended."""
        for run_id, (output, left) in list(self._followed.items()):
            output.empty()
            if not any(map(_alive, left)):
                output.close()
                del self._followed[run_id]

    def close(self) -> None:
        for output, _ in self._followed.values():
            output.close()
        self._followed.clear()


def _descends(
    process: Process, living: Mapping[int, Process], ancestors: Set[int]
) -> bool:
    """Whether it comes from one of these, as far as is seen."""
    above: Process | None = process
    while above is not None:
        if above.parent in ancestors:
            return True
        above = living.get(above.parent)
    return False


def _alive(process: Process) -> bool:
    found = sessions.read(process.pid)
    return found is not None and found.started == process.started


def _belongs(pid: int, trace: Trace) -> bool:
    return _writes_to(pid, trace.output) or _is_told(pid, trace.run_id)


def _writes_to(pid: int, output: Path) -> bool:
    """Whether its standard output or error is the run's output, removed or not."""
    return any(_leads_to(f"/proc/{pid}/fd/{number}", output) for number in (1, 2))


def _leads_to(link: str, output: Path) -> bool:
    try:
        target = os.readlink(link)  # noqa: PTH115  # for each run's end, and pathlib is slow
    except OSError:
        return False
    return target.removesuffix(" (deleted)") == str(output)


def _is_told(pid: int, run_id: str) -> bool:
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"QUBECB_RUN_ID={run_id}".encode() in variables
