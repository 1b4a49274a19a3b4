"""Looks at running callbacks and says which of them went past a limit.

Memory and processes are those of the whole session, so that they hold for what their names
say: an rlimit would count each process by itself, and be inherited by what a callback leaves
running.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from qubecb import durations
from qubecb.runner.hosting.python_host import sessions
from qubecb.runner.hosting.python_host.sessions import Process
from qubecb.runner.running.active import ActiveRun
from qubecb.runner.running.reasons import size

#: Seconds between two looks at each callback's own process and its output.
EVERY = 0.05
#: Seconds between two looks at all processes of the machine.
EVERY_WHOLE = 0.5

#: Processes begun between two looks that make us look at all of them at once.
MANY = 64

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


class LimitCheck:
    """Remembers when it looked at what."""

    def __init__(self) -> None:
        self._whole_at = 0.0
        self._last_pid = 0

    def look(
        self, runs: Collection[ActiveRun], now: float
    ) -> Iterator[tuple[ActiveRun, str]]:
        """Give the runs that are past a limit, each with the sentence. `now` is monotonic."""
        for run in runs:
            own = sessions.read(run.pid) if run.pid else None
            reason = _disk(run) or (own and (_cpu(run, own) or _sums(run, [own])))
            if reason:
                yield run, reason
        if runs and (self._somebody_forks_a_lot() or now >= self._whole_at):
            self._whole_at = now + EVERY_WHOLE
            yield from self._look_at_sessions(runs)

    def _somebody_forks_a_lot(self) -> bool:
        """Whether a fork bomb may be going off: then half a second is too long to wait."""
        before, self._last_pid = self._last_pid, sessions.last_pid()
        return abs(self._last_pid - before) > MANY

    def _look_at_sessions(
        self, runs: Collection[ActiveRun]
    ) -> Iterator[tuple[ActiveRun, str]]:
        found = by_session(sessions.snapshot())
        for run in runs:
            # before its hello it has no session; 0 is that of who was started from outside a container
            reason = run.pid and _sums(run, found.get(run.pid, []))
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
    return f"exceeded {durations.limit(allowed)} of processor time"


def _sums(run: ActiveRun, members: Collection[Process]) -> str:
    limits = run.order.limits
    count = sum(each.threads for each in members)
    if limits.processes and count > limits.processes:
        return f"exceeded {limits.processes} processes and threads"
    if limits.memory and _memory(members, limits.memory) > limits.memory:
        return f"exceeded {size(limits.memory)} of memory"
    return ""


def _memory(members: Collection[Process], allowed: int) -> int:
    """Resident bytes; pages that forked processes share are counted once, if it matters."""
    resident = sum(each.pages for each in members) * _PAGE
    if resident <= allowed or len(members) == 1:
        return resident
    return sum(_own_share(each) for each in members)


def _own_share(member: Process) -> int:
    """Its proportional set size; its resident size where the kernel does not tell."""
    try:
        told = Path(f"/proc/{member.pid}/smaps_rollup").read_text()
    except OSError:
        return member.pages * _PAGE
    found = re.search(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
