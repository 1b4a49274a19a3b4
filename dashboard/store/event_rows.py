"""Rows of events: which columns there are, what a new row has in each, how one is read.

A column that the model gets is added here and nowhere else in the store: to NewEvent where
acceptance gives its value, else to NOTHING_YET; and to EventRow where the store reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from dashboard.store import sql
from qubecb.dispatch.ports import AcceptedEvent, MappingKey
from qubecb.events import Event
from qubecb.jobs import Act, Job


class NewEvent(NamedTuple):
    """An event as it is accepted, value by value as the database takes it."""

    event_id: str
    name: str
    type: str
    extra: str
    time: Any
    job_id: int
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


#: What a new event has in the other columns, in SQL.
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
    job_id: int
    job: Any
    source: str
    depth: int
    only_directory: str
    only_file: str
    test: Any
    set_aside_version: str | None
    change: Any


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
    *("api", 0, "", "", 0, None, None),
)


def store(rows: list[NewEvent]) -> int:
    """Store rows whose event id is new; gives how many. To be called in a transaction.

    Of rows with one id the first is stored.
    """
    return sql.each(_INSERT, rows)


def event_of(row: sql.Row) -> AcceptedEvent:
    """Make an accepted event of a row of COLUMNS."""
    read = EventRow(*row)
    event = Event(
        id=read.event_id,
        name=read.name,
        type=read.type,
        extra=read.extra or None,
        time=sql.unix(read.time),
        job=job_as_sent(read.job_id, sql.load(read.job)),
    )
    return AcceptedEvent(
        read.sequence,
        event,
        read.source,
        read.depth,
        MappingKey(read.only_directory, read.only_file) if read.only_file else None,
        bool(read.test),
        again=read.set_aside_version is not None,
        act=None if read.change is None else Act.from_dict(sql.load(read.change)),
    )


def taken_of(row: sql.Row) -> AcceptedEvent:
    """Make an accepted event of a row that may be damaged; then it has a fault.

    Raises what fails for every row: that is no row's fault.
    """
    try:
        return event_of(row)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (told with the event)
        event_of(_WHOLE)
        return _faulty(EventRow(*row), f"{type(error).__name__}: {error}")


def _faulty(read: EventRow, error: str) -> AcceptedEvent:
    """As much as can be told of a row that cannot be read."""
    job, extra = Job(read.job_id), read.extra or None
    event = Event(read.event_id, read.name, read.type, extra, 0.0, job)
    fault = f"its row is damaged: {error}"
    return AcceptedEvent(read.sequence, event, read.source, read.depth, fault=fault)


def job_as_sent(identity: int, sent: Mapping[str, Any]) -> Job:
    """Make a job of what an event said; it was checked when it was accepted."""
    rest = dict(sent)
    rest.pop("id", None)
    known = {
        name: rest.pop(name)
        for name in ("name", "pid", "pgrp", "label", "status", "user")
        if name in rest
    }
    return Job(identity, **known, fields=MappingProxyType(rest))
