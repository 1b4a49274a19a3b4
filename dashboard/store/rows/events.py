"""Rows of events: which columns there are, what a new row has in each, how one is read.

A column that the model gets is added here and nowhere else in the store: to NewEvent where
acceptance gives its value, else to NOTHING_YET; and to EventRow where the store reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from dashboard.store.database import sql
from dashboard.store.rows import job_ids
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.events import Event
from qubecb.jobs import Act, Job
from qubecb.jobs.ids import JobId


class NewEvent(NamedTuple):
    """An event as it is accepted, value by value as the database takes it, but for `job_id`."""

    event_id: str
    name: str
    type: str
    extra: str
    time: Any
    job_id: JobId
    job: str
    accepted_at: Any
    source: str
    actor: str
    depth: int
    test: bool
    only_directory: str
    only_file: str
    caused_by: int | None
    change: str | None


#: The values of the other columns in a new event, in SQL.
NOTHING_YET = {
    "planned_at": "NULL",
    "set_aside_at": "NULL",
    "set_aside_version": "NULL",
    "runs_count": "0",
    "remark": "''",
}


class EventRow(NamedTuple):
    """What the store reads of an event, value by value as the database gives it."""

    sequence: int
    event_id: str
    name: str
    type: str
    extra: str
    time: Any
    #: See dashboard.store.rows.job_ids.
    job_id: int
    job: Any
    source: str
    depth: int
    only_directory: str
    only_file: str
    test: bool
    set_aside_version: str | None
    change: Any
    accepted_at: Any


COLUMNS = sql.names(EventRow._fields)
#: The same of a table that a query calls `event`.
COLUMNS_OF_EVENT = sql.names(EventRow._fields, "event")
WIDTH = len(EventRow._fields)
_INSERT = sql.insert(
    "dashboard_eventrecord",
    NewEvent._fields,
    "ON CONFLICT (event_id) DO NOTHING",
    NOTHING_YET,
)
#: A row that can be read.
_WHOLE = EventRow(
    *(0, "", "submit", "job", "", "1970-01-01", 1, "{}"),
    *("api", 0, "", "", False, None, None, "1970-01-01"),
)


def store(rows: list[NewEvent]) -> int:
    """Store rows whose event id is new; gives how many. Call it in a transaction.

    Of several rows with the same id the first is stored.
    """
    if any(isinstance(row.job_id, str) for row in rows):
        job_ids.keep(row.job_id for row in rows)
        rows = [row._replace(job_id=job_ids.key_of(row.job_id)) for row in rows]
    return sql.each(_INSERT, rows)


def read(statement: str, parameters: Sequence[Any] = ()) -> list[EventRow]:
    """Give the rows of a query for COLUMNS."""
    return [*map(EventRow._make, sql.rows(statement, parameters))]


def read_in(statement: str, values: Iterable[Any]) -> list[EventRow]:
    """Give the rows of such a query whose `{places}` stands for any number of values."""
    return [*map(EventRow._make, sql.rows_in(statement, values))]


def event_of(row: EventRow) -> AcceptedEvent:
    """Make an accepted event of its row."""
    sent = sql.load(row.job)
    event = Event(
        id=row.event_id,
        name=row.name,
        type=row.type,
        extra=row.extra or None,
        time=sql.unix(row.time),
        job=job_as_sent(row.job_id if row.job_id >= 0 else sent["id"], sent),
    )
    return AcceptedEvent(
        row.sequence,
        event,
        row.source,
        row.depth,
        MappingKey(row.only_directory, row.only_file) if row.only_file else None,
        row.test,
        again=row.set_aside_version is not None,
        act=None if row.change is None else Act.from_dict(sql.load(row.change)),
    )


def taken_of(row: EventRow) -> AcceptedEvent:
    """Make an accepted event of a row that may be damaged; then the event has a fault.

    Raises a failure that every row has, because it is not this row's fault.
    """
    try:
        return event_of(row)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (told with the event)
        event_of(_WHOLE)
        return _faulty(row, f"{type(error).__name__}: {error}")


def _faulty(row: EventRow, error: str) -> AcceptedEvent:
    """What can be said about a row that cannot be read."""
    job, extra = Job(job_ids.id_of(row.job_id)), row.extra or None
    event = Event(row.event_id, row.name, row.type, extra, 0.0, job)
    fault = f"its row is damaged: {error}"
    return AcceptedEvent(row.sequence, event, row.source, row.depth, fault=fault)


def job_as_sent(identity: JobId, sent: Mapping[str, Any]) -> Job:
    """Make a job of an event's JSON, which was checked when it was accepted."""
    rest = dict(sent)
    rest.pop("id", None)
    known = {
        name: rest.pop(name)
        for name in ("name", "pid", "pgrp", "label", "status", "user")
        if name in rest
    }
    return Job(identity, **known, fields=MappingProxyType(rest))
