"""Timers in memory, found by job and by due time. The module timers says what they mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import TypeAlias

from qubecb.dispatch.ports.timers import Timer, TimerKey
from qubecb.dispatch.timers import pulled_back
from qubecb.jobs.ids import JobId

#: When a timer is due, a number that makes the entry unique, and the timer.
_Entry: TypeAlias = tuple[float, int, Timer]


class Schedule:
    """Timers by due time. One that is never due again is kept, so that it is not added again."""

    def __init__(self) -> None:
        self._of_job: dict[JobId, dict[TimerKey, _Entry]] = defaultdict(dict)
        #: By due time; an entry that is not among those above is out of date.
        self._queue: list[_Entry] = []
        self._number = count()

    def add(self, timers: Iterable[Timer]) -> None:
        """Add timers; one that is known stays as it is, fired or not."""
        for timer in timers:
            if timer.key not in self._of_job[timer.key.job]:
                self.set_due(timer, timer.due)

    def set_due(self, timer: Timer, due: float | None) -> None:
        """Set when a timer is due next; None: never."""
        moment = inf if due is None else due
        entry = (moment, next(self._number), replace(timer, due=moment))
        self._of_job[timer.key.job][timer.key] = entry
        if due is not None:
            heappush(self._queue, entry)

    def end_repeats(self, jobs: Iterable[JobId]) -> None:
        """End the intervals of these jobs: they are never due again."""
        for timer in [each for job in jobs for each in self.of(job)]:
            if timer.key.type == "repeat":
                self.set_due(timer, None)

    def pull_back(self, now: float) -> None:
        """Make intervals that have begun due at most one interval from now."""
        for timer in [each for job in self._of_job for each in self.of(job)]:
            self.set_due(timer, pulled_back(timer, now))

    def drop(self, keys: Iterable[TimerKey]) -> None:
        """Drop timers, so that they may be added again."""
        for key in keys:
            self._of_job[key.job].pop(key, None)

    def forget(self, jobs: Collection[JobId]) -> None:
        """Drop all timers of these jobs."""
        for job in jobs:
            self._of_job.pop(job, None)

    def of(self, job: JobId) -> list[Timer]:
        """Give the timers of a job that will be due."""
        timers = self._of_job.get(job, {}).values()
        return [timer for due, _, timer in timers if due < inf]

    def due(self, now: float) -> list[Timer]:
        """Give the timers that are due, the earliest first."""
        held = []
        while self._queue and self._queue[0][0] <= now:
            entry = heappop(self._queue)
            if self._holds(entry):
                held.append(entry)
        for entry in held:
            heappush(self._queue, entry)
        return [timer for _, _, timer in held]

    def next(self) -> float | None:
        """Give when the next timer is due, or None."""
        while self._queue and not self._holds(self._queue[0]):
            heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def _holds(self, entry: _Entry) -> bool:
        key = entry[2].key
        return self._of_job.get(key.job, {}).get(key) is entry
