"""Reads the records of a span that must be judged, in portions, and only what is needed of each one.

If no mapping that is asked about can wait for a record, it is only needed if it begins or ends its job, unless
triggers are about other jobs or times. Most rows are skipped without making a record of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from dashboard.store.database import sql
from dashboard.store.jobs.reading import previous_of, told_after
from dashboard.store.past.lead import Lead
from dashboard.store.past.ordered import Row, in_order, portions, rows_of
from dashboard.store.rows.job_ids import id_of
from qubecb.backtest.span import Hearing, Span
from qubecb.dispatch.past import Record
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.dispatch.ports.events import AcceptedEvent, Previous
from qubecb.events import TIME_TYPES, Event
from qubecb.jobs import Act, Job, JobId

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_NAMED = ("name", "pid", "pgrp", "label", "status", "user")


class HeardRow(NamedTuple):
    """What is read of a record, apart from its place."""

    event_id: str
    name: str
    type: str
    extra: str
    #: See dashboard.store.rows.job_ids.
    job_id: int
    source: str
    only_directory: str
    only_file: str
    test: bool
    set_aside_version: str | None
    change: Any
    time: Any
    job: Any


_COLUMNS = f"sequence, planned_at, accepted_at, {sql.names(HeardRow._fields)}"
_READ = f"""
    SELECT {_COLUMNS} FROM dashboard_eventrecord
    WHERE sequence > %s AND sequence <= %s
    AND planned_at IS NOT NULL AND source <> 'simulate' ORDER BY sequence LIMIT %s
"""  # noqa: S608 (constants)
_OF_TIMERS = f"""
    SELECT {_COLUMNS} FROM dashboard_eventrecord
    WHERE name IN ({{names}}) AND type IN ({{types}}) AND source = 'timer'
    AND sequence > %s AND sequence <= %s AND planned_at IS NOT NULL
    ORDER BY sequence LIMIT %s
"""  # noqa: S608 (constants)


class Heard:
    """Implements Records: those in a span, and earlier ones of the jobs that it concerns."""

    def __init__(self, span: Span, hearing: Hearing, lead: Lead) -> None:
        self._span = span
        self._hearing = hearing
        self._lead = lead
        self._known: set[JobId] = {*lead.unknown, *lead.ended}
        #: Jobs whose first record was pruned, so that they cannot be judged, each with its newest
        #: record.
        self.unjudged: dict[JobId, int] = {}
        #: Records of the span that were read.
        self.events = 0
        #: The newest sequence that was read.
        self.read = lead.after

    def records(self) -> Iterable[Record]:
        span = self._span
        for planned in in_order(portions(_some, self._lead.after, span.last)):
            self.read = planned.sequence
            row = HeardRow._make(planned.rest)
            if planned.sequence > span.after:
                self.meet(row, planned.sequence)
            elif row.job_id and id_of(row.job_id) not in self._lead.began:
                continue
            if self._counts(row, planned.sequence):
                yield Record(self._record(planned.sequence, row), planned.planned_at)

    def meet(self, row: HeardRow, sequence: int) -> None:
        """Count a record of the span."""
        self.events += bool(row.name)

    def of_timers(self) -> Iterable[AcceptedEvent]:
        kinds = [kind for kind in self._hearing.kinds if kind[1] in TIME_TYPES]
        if not kinds:
            return ()
        names, types = ([*{each[place] for each in kinds}] for place in (0, 1))
        statement = _OF_TIMERS.format(names=sql.places(names), types=sql.places(types))

        def some(after: int, until: int, limit: int) -> list[Row]:
            return rows_of(statement, [*names, *types, after, until, limit])

        read = portions(some, self._lead.after, self._span.last)
        return (
            self._record(row.sequence, HeardRow._make(row.rest))
            for portion in read
            for row in portion
        )

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        return previous_of(events)

    def told_after(
        self, accepted: AcceptedEvent, time: float
    ) -> Sequence[AcceptedEvent]:
        return told_after(accepted, time)

    def _counts(self, row: HeardRow, sequence: int) -> bool:
        """Whether a record must be judged."""
        hearing, job = self._hearing, id_of(row.job_id)
        if row.type in TIME_TYPES:
            return hearing.times
        if row.only_file:
            return False
        submits = row.name == "submit" and row.type == "job"
        if job not in self._known:
            if row.change is not None:
                return False
            if not self._lead.tells(job, sequence, submits):
                self.unjudged[job] = sequence
                return False
            self._known.add(job)
            return True
        return (
            hearing.everything
            or submits
            or (row.name, row.type) in hearing.kinds
            or (row.name == "removed" and row.type == "job")
        )

    def _record(self, sequence: int, row: HeardRow) -> AcceptedEvent:
        """Make a record of a row, with only those fields of the job that judging needs."""
        told = sql.load(row.job)
        job = Job(
            id_of(row.job_id),
            **{name: told[name] for name in _NAMED if name in told},
            fields=_NOTHING,
        )
        extra, time = row.extra or None, 0.0
        if row.source == "timer":
            time = sql.unix(row.time)
        event = Event(row.event_id, row.name, row.type, extra, time, job)
        return AcceptedEvent(
            sequence,
            event,
            row.source,
            only=MappingKey(row.only_directory, row.only_file)
            if row.only_file
            else None,
            test=row.test,
            again=row.set_aside_version is not None,
            act=None if row.change is None else Act.from_dict(sql.load(row.change)),
        )


def _some(after: int, until: int, limit: int) -> list[Row]:
    return rows_of(_READ, [after, until, limit])
