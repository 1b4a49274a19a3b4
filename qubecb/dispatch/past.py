"""What a rehearsal asks of the past: its records, and the conditions at a time."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.ports.configuration import Binding, InForce, Pause
from qubecb.dispatch.ports.events import AcceptedEvent, Previous
from qubecb.events import TIME_TYPES, Event
from qubecb.jobs.ids import JobId

_Subject: TypeAlias = tuple[JobId, str, str | None]


@dataclass(frozen=True, slots=True)
class Record:
    """An accepted event, and when it was planned (Unix seconds)."""

    accepted: AcceptedEvent
    planned_at: float


class Records(Protocol):
    """The records that are planned again. They are read as they are needed, never all at once."""

    def records(self) -> Iterable[Record]:
        """Give what was planned, in the order in which it was."""

    def of_timers(self) -> Iterable[AcceptedEvent]:
        """Give those of timers, in the order in which these fired. Asked for twice."""

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        """Give the event before each of these by its sequence, as `Reading.previous`."""

    def told_after(
        self, accepted: AcceptedEvent, time: float
    ) -> Sequence[AcceptedEvent]:
        """Give what the job of a record was told after it, and was planned before a time.

        In the order of acceptance; see `Reading.later` for what does not count.
        """


class Past(Records, Protocol):
    """What was kept of the past. Times are Unix seconds."""

    def in_force_at(self, time: float) -> InForce:
        """Give which configuration was in force at a time."""

    def binding_at(self, sequence: int) -> int:
        """Give the binding in force when an event was accepted, as `Reading.binding_at`."""

    def binding(self, binding_id: int) -> Binding:
        """Give a binding by its id."""

    def pauses_at(self, time: float) -> Sequence[Pause]:
        """Give the pauses that had begun and not ended."""

    def flags_at(self, time: float) -> QubConf:
        """Give what qb.conf said."""

    def same_until(self, time: float) -> float:
        """Give until when all that is asked above is as it is at a time, and no timer counts.

        What was planned until then may be planned in one batch; the time itself, if in doubt.
        """


class Listed:
    """Records that are in a list, in the order in which they were planned."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = list(records)
        self._subjects = _by_subject(each.accepted for each in self._records)

    def records(self) -> Iterable[Record]:
        return self._records

    def of_timers(self) -> Iterable[AcceptedEvent]:
        accepted = (each.accepted for each in self._records)
        fired = (each for each in accepted if each.source == "timer")
        return sorted(fired, key=lambda each: each.event.time)

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        found = {}
        for accepted in events:
            line = self._subjects.get(_subject(accepted.event), ())
            place = bisect_left(line, accepted.sequence, key=lambda each: each.sequence)
            if place:
                found[accepted.sequence] = line[place - 1]
        return found

    def told_after(
        self, accepted: AcceptedEvent, time: float
    ) -> Sequence[AcceptedEvent]:
        job = accepted.event.job.id
        told = [
            each.accepted
            for each in self._records
            if each.planned_at < time
            and each.accepted.event.job.id == job
            and each.accepted.sequence > accepted.sequence
            and counts_for_job(each.accepted)
        ]
        return sorted(told, key=lambda each: each.sequence)


def counts_for_job(accepted: AcceptedEvent) -> bool:
    """Whether a record counts for its job: times and test fires of one mapping do not."""
    return not (accepted.beside or accepted.event.type in TIME_TYPES)


def _by_subject(
    records: Iterable[AcceptedEvent],
) -> Mapping[_Subject, Sequence[Previous]]:
    """What may be the `previous` of something, in the order of acceptance."""
    found: dict[_Subject, list[Previous]] = defaultdict(list)
    for each in sorted(records, key=lambda each: each.sequence):
        if each.event.name and not each.beside:
            found[_subject(each.event)].append(Previous(each.sequence, each.event.name))
    return found


def _subject(event: Event) -> _Subject:
    return event.job.id, event.type, event.extra


class Unwritten(Listed):
    """A past in which nothing was accepted, and nothing but one configuration counted."""

    def __init__(self, in_force: Binding) -> None:
        super().__init__(())
        self.in_force = in_force

    def in_force_at(self, time: float) -> InForce:
        return InForce(self.in_force.id)

    def binding_at(self, sequence: int) -> int:
        return self.in_force.id

    def binding(self, binding_id: int) -> Binding:
        return self.in_force

    def pauses_at(self, time: float) -> Sequence[Pause]:
        return ()

    def flags_at(self, time: float) -> QubConf:
        return QubConf()

    def same_until(self, time: float) -> float:
        return time
