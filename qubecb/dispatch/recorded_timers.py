"""The timers of a rehearsal that have records: they fire when their records say.

A timer without a record, which an edit brought, fires when it is due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeAlias

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.timers import Timer, TimerKey
from qubecb.dispatch.schedule import Schedule
from qubecb.dispatch.timers import next_due
from qubecb.jobs.ids import JobId

#: A timer as its record tells it: job, name, type, extra, and the mapping that it is for.
_Told: TypeAlias = tuple[JobId, str, str, str | None, MappingKey | None]


class RecordedTimers:
    """Takes the timers, and what gives all records of timers in the order in which they fired."""

    def __init__(
        self, timers: Schedule, records: Callable[[], Iterable[AcceptedEvent]]
    ) -> None:
        self._timers = timers
        #: How many records of each timer are still to come.
        self._to_come = Counter(map(_told, records()))
        self._records = iter(records())
        #: The next record, and those that have come and not moved their timer yet.
        self._next = next(self._records, None)
        self._fired: list[AcceptedEvent] = []

    def next_time(self) -> float | None:
        """Give when the next record fired (Unix seconds); None: none is left."""
        return self._next.event.time if self._next else None

    def go_to(self, now: float) -> None:
        """Let everything fire of which the records say so by then."""
        while self._next and self._next.event.time <= now:
            self._fired.append(self._next)
            self._next = next(self._records, None)
        self._fired = [each for each in self._fired if not self._has_moved(each)]

    def go_past(self, accepted: AcceptedEvent) -> None:
        """Take note that a record is planned, which may be one of a timer."""
        if accepted in self._fired:
            self._fired.remove(accepted)
            if not self._has_moved(accepted):  # nothing here asks for the timer
                self._to_come[_told(accepted)] -= 1
                self._has_fired(accepted)

    def due(self, now: float) -> list[Timer]:
        """Give the timers that are due by then, without those whose record will come."""
        due = self._timers.due(now)
        return [each for each in due if not self._to_come[_told_by(each.key)]]

    def _has_fired(self, fired: AcceptedEvent) -> None:
        """Keep that a time of a job has come, so that it fires for no mapping that is added later."""
        event = fired.event
        if event.type == "time":
            key = TimerKey(event.job.id, event.name, event.type, event.extra or "")
            self._timers.set_due(Timer(key, event.time), None)

    def _has_moved(self, fired: AcceptedEvent) -> bool:
        """Whether a timer fired when a record says; if so, it is due again later."""
        told, at = _told(fired), fired.event.time
        timers = self._timers.of(fired.event.job.id)
        meant = [each for each in timers if _told_by(each.key) == told]
        for timer in meant:
            if timer.due <= at:
                self._timers.set_due(timer, next_due(timer, at))
        self._to_come[told] -= bool(meant)
        return bool(meant)


def _told(fired: AcceptedEvent) -> _Told:
    """The timer whose firing a record is."""
    event = fired.event
    return event.job.id, event.name, event.type, event.extra, fired.only


def _told_by(key: TimerKey) -> _Told:
    return key.job, key.name, key.type, key.extra, key.only
