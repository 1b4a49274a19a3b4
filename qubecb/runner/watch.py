"""Looks at running callbacks and says which of them went past a limit.

Memory and processes are those of the whole session, so that they hold for what their names
say: an rlimit would count each process by itself, and be inherited by what a callback leaves
running.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping

from qubecb.runner.active import ActiveRun
from qubecb.runner.endings import seconds, size
from qubecb.runner.python_host import sessions
from qubecb.runner.python_host.sessions import Process

#: Seconds between two looks at each callback's own process and its output.
EVERY = 0.05
#: Seconds between two looks at all processes of the machine.
EVERY_WHOLE = 0.5

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


class Watch:
    """Remembers when it looked at what."""

    def __init__(self) -> None:
        self._whole_at = 0.0

    def look(
        self, runs: Collection[ActiveRun], now: float
    ) -> Iterator[tuple[ActiveRun, str]]:
        """Give the runs that are past a limit, each with the sentence. `now` is monotonic."""
        for run in runs:
            own = sessions.read(run.pid) if run.pid else None
            reason = _disk(run) or (own and (_cpu(run, own) or _sums(run, [own])))
            if reason:
                yield run, reason
        if now >= self._whole_at and runs:
            self._whole_at = now + EVERY_WHOLE
            yield from self._look_at_sessions(runs)

    def _look_at_sessions(
        self, runs: Collection[ActiveRun]
    ) -> Iterator[tuple[ActiveRun, str]]:
        found = by_session(sessions.snapshot())
        for run in runs:
            members = found.get(run.pid or 0, [])
            reason = _sums(run, members)
            if reason:
                yield run, reason


def by_session(processes: Mapping[int, Process]) -> dict[int, list[Process]]:
    """Sort processes by session."""
    found: dict[int, list[Process]] = {}
    for each in processes.values():
        found.setdefault(each.session, []).append(each)
    return found


def _disk(run: ActiveRun) -> str:
    allowed = run.order.limits.disk
    if run.output.size <= allowed:
        return ""
    return f"stopped: its output took more than {size(allowed)} of disk"


def _cpu(run: ActiveRun, own: Process) -> str:
    allowed = run.order.limits.cpu
    if allowed is None or own.ticks <= allowed * _TICKS:
        return ""
    return f"exceeded {seconds(allowed)} of processor time"


def _sums(run: ActiveRun, members: Collection[Process]) -> str:
    limits = run.order.limits
    if limits.memory and sum(each.pages for each in members) * _PAGE > limits.memory:
        return f"exceeded {size(limits.memory)} of memory"
    count = sum(each.threads for each in members)
    if limits.processes and count > limits.processes:
        return f"exceeded {limits.processes} processes and threads"
    return ""
