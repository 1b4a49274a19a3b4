"""Processes that callbacks left running: counted, and their late output dropped.

A callback may start something with `subprocess.Popen` and return, as the documentation tells
its authors. What it left is found by its session, and if it began its own session, by what
else it has of the run: its output file or its environment.
"""

from __future__ import annotations

import os
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from qubecb.runner.output import OutputFile
from qubecb.runner.python_host import sessions
from qubecb.runner.python_host.sessions import Process

#: Runs whose left-over processes are followed at a time; of older ones the output is let go.
MOST_FOLLOWED = 256


@dataclass(frozen=True, slots=True)
class Trace:
    """How processes of one run are known."""

    run_id: str
    session: int
    output: Path


class Leftovers:
    """Finds left-over processes at the cost of one look at the list of process ids.

    A process that was there before is not asked about twice.
    """

    def __init__(self) -> None:
        self._foreign = set(sessions.pids())
        self._candidates: set[int] = set()
        self._followed: dict[str, tuple[OutputFile, list[Process]]] = {}

    def of(self, trace: Trace, leaders: Set[int]) -> list[Process]:
        """Give the living processes of a run that has ended.

        `leaders` are we, our hosts and other callbacks' own processes: none of them is one.
        """
        now = set(sessions.pids())
        self._foreign &= now
        self._candidates = (self._candidates | now) - self._foreign - leaders
        self._candidates &= now
        left = []
        for process in sessions.snapshot(self._candidates).values():
            if process.session == trace.session or _belongs(process.pid, trace):
                left.append(process)
            elif process.parent not in leaders | self._candidates:
                self._foreign.add(process.pid)
        return left

    def follow(self, run_id: str, output: OutputFile, left: list[Process]) -> None:
        """Keep dropping what these processes write, until they end."""
        self._followed[run_id] = (output, left)
        if len(self._followed) > MOST_FOLLOWED:
            oldest = next(iter(self._followed))
            self._followed.pop(oldest)[0].close()

    def look(self) -> None:
        """Drop late output; forget what ended."""
        for run_id, (output, left) in list(self._followed.items()):
            output.empty()
            if not any(map(_alive, left)):
                output.close()
                del self._followed[run_id]

    def close(self) -> None:
        """Let go of all output."""
        for output, _ in self._followed.values():
            output.close()
        self._followed.clear()


def _alive(process: Process) -> bool:
    found = sessions.read(process.pid)
    return found is not None and found.started == process.started


def _belongs(pid: int, trace: Trace) -> bool:
    return _writes_to(pid, trace.output) or _is_told(pid, trace.run_id)


def _writes_to(pid: int, output: Path) -> bool:
    try:
        with os.scandir(f"/proc/{pid}/fd") as entries:
            return any(_leads_to(entry.path, output) for entry in entries)
    except OSError:
        return False


def _leads_to(link: str, output: Path) -> bool:
    try:
        return str(Path(link).readlink()).removesuffix(" (deleted)") == str(output)
    except OSError:
        return False


def _is_told(pid: int, run_id: str) -> bool:
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"QUBECB_RUN_ID={run_id}".encode() in variables
