"""The past as the tables hold it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property

from dashboard.models import (
    ConditionsRecord,
    EventRecord,
    InForceRecord,
    PauseRecord,
)
from dashboard.store.configuration import bindings, pauses
from dashboard.store.configuration.conditions import conditions_between, flags_of
from dashboard.store.database import sql
from dashboard.store.jobs.reading import previous_of, told_after
from dashboard.store.past.ordered import Row, in_order, portions, rows_of
from dashboard.store.rows.events import COLUMNS, EventRow, taken_of
from dashboard.store.rows.job_ids import key_of
from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.past import Record
from qubecb.dispatch.ports.configuration import Binding, InForce, Pause
from qubecb.dispatch.ports.events import AcceptedEvent, Previous
from qubecb.jobs.ids import JobId

#: What is in force before anything is.
NOTHING = InForce(0)
_PLANNED = f"""
    SELECT sequence, planned_at, accepted_at, {COLUMNS} FROM dashboard_eventrecord
    WHERE planned_at IS NOT NULL AND source <> 'simulate'
"""  # noqa: S608 (constants)
_IN_PORTIONS = (
    f"{_PLANNED} AND sequence > %s AND sequence <= %s ORDER BY sequence LIMIT %s"
)
_OF_JOBS = f"{_PLANNED} AND job_id IN ({{places}})"


class Recorded:
    """Implements Past. The history must be complete from its first event on.

    Takes the jobs whose records are read; None: all jobs, in portions. The records of given jobs
    are read together. Conditions such as pauses are read once.
    """

    def __init__(self, jobs: Collection[JobId] | None = None) -> None:
        self._jobs = jobs

    def records(self) -> Iterable[Record]:
        """Give what was planned, in the order of planning."""
        for each in in_order(self._read()):
            yield Record(taken_of(EventRow._make(each.rest)), each.planned_at)

    def of_timers(self) -> Iterable[AcceptedEvent]:
        """Give what timers made, in the order in which they fired."""
        made = (each.accepted for each in self.records())
        fired = (each for each in made if each.source == "timer")
        return sorted(fired, key=lambda each: each.event.time)

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        """Give the event before each of these."""
        return previous_of(events)

    def told_after(
        self, accepted: AcceptedEvent, time: float
    ) -> Sequence[AcceptedEvent]:
        """Give the later records of the job of a record that were planned before a time."""
        return told_after(accepted, time)

    def in_force_at(self, time: float) -> InForce:
        """Give which configuration was in force at a time."""
        return self._in_force[_place(self._begun, time)]

    def binding_at(self, sequence: int) -> int:
        """Give the binding in force when an event was accepted; before the first one, the first."""
        return self._in_force[_place(self._after, sequence - 1)].binding

    @property
    def newest(self) -> int:
        """The binding in force now."""
        return self._in_force[-1].binding

    def binding(self, binding_id: int) -> Binding:
        """Give a binding by its id."""
        return bindings.binding(binding_id)

    def pauses_at(self, time: float) -> Sequence[Pause]:
        """Give the pauses in force at a time."""
        at = datetime.fromtimestamp(time, UTC)
        return [_pause_of(each) for each in self._pauses if _held(each, at)]

    def flags_at(self, time: float) -> QubConf:
        """Give the flags of qb.conf at a time; those of an empty one if they are not known."""
        if not self._flags:
            return QubConf()
        return self._flags[_place(self._flagged, time)]

    def same_until(self, time: float) -> float:
        """Give the time itself: pauses and flags may change at any time."""
        return time

    def _read(self) -> Iterator[list[Row]]:
        if self._jobs is None:
            newest = EventRecord.objects.order_by("-sequence").first()
            return portions(_read_some, 0, newest.sequence if newest else 0)
        chunks = (
            rows_of(_OF_JOBS.format(places=sql.places(chunk)), chunk)
            for chunk in sql.chunks(map(key_of, self._jobs))
        )
        everything = [row for chunk in chunks for row in chunk]
        return iter([everything] if everything else [])

    @cached_property
    def _in_force(self) -> list[InForce]:
        kept = [InForce(each.binding_id, each.after) for each in self._forces]
        return kept or [NOTHING]

    @cached_property
    def _after(self) -> list[int]:
        return [each.after for each in self._in_force]

    @cached_property
    def _begun(self) -> list[float]:
        return [each.created_at.timestamp() for each in self._forces]

    @cached_property
    def _forces(self) -> list[InForceRecord]:
        return list(InForceRecord.objects.order_by("id"))

    @cached_property
    def _pauses(self) -> list[PauseRecord]:
        return pauses.pauses_between(*_ALWAYS)

    @cached_property
    def _flags(self) -> list[QubConf]:
        return [flags_of(each) for each in self._conditions]

    @cached_property
    def _flagged(self) -> list[float]:
        return [each.created_at.timestamp() for each in self._conditions]

    @cached_property
    def _conditions(self) -> list[ConditionsRecord]:
        return conditions_between(*_ALWAYS)


def _read_some(after: int, until: int, limit: int) -> list[Row]:
    return rows_of(_IN_PORTIONS, [after, until, limit])


_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


def _place(since: Sequence[float], time: float) -> int:
    """The place of the condition in force at a time. Takes since when each is; before all, the first."""
    return max(0, bisect_right(since, time) - 1)


def _held(pause: PauseRecord, at: datetime) -> bool:
    return pause.created_at <= at and not (
        (pause.ended_at and pause.ended_at <= at) or (pause.until and pause.until <= at)
    )


def _pause_of(row: PauseRecord) -> Pause:
    until = row.until.timestamp() if row.until else None
    return Pause(row.directory or None, row.file or None, row.reason, until, id=row.pk)
