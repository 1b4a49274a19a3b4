"""Records of the past as the core's values, read in few statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from dashboard.store.database import sql
from dashboard.store.rows import events as event_rows
from dashboard.store.rows.events import WIDTH, EventRow, taken_of
from dashboard.store.rows.job_ids import key_of
from qubecb.jobs.ids import JobId
from qubecb.why.evidence import RecordedEvent

_READ = f"""
    SELECT {event_rows.COLUMNS}, accepted_at, planned_at, set_aside_at, remark
    FROM dashboard_eventrecord
"""  # noqa: S608 (constants)
_CALLED = f"{_READ} WHERE event_id = %s"
_AT = f"{_READ} WHERE sequence IN ({{places}})"
_OF_JOBS = f"{_READ} WHERE job_id IN ({{places}}) AND source <> 'simulate'"
_OF_SITE = f"{_READ} WHERE job_id = 0 AND only_file IN ({{places}})"
_OLDEST = """
    SELECT sequence, accepted_at FROM dashboard_eventrecord ORDER BY sequence LIMIT 1
"""


def event_called(event_id: str) -> RecordedEvent | None:
    """Give an event by its id."""
    if "\0" in event_id or len(event_id) > 200:
        return None
    return next(_recorded(sql.rows(_CALLED, [event_id])), None)


def events_at(sequences: Iterable[int]) -> dict[int, RecordedEvent]:
    """Give events by their places in the order."""
    found = _recorded(sql.rows_in(_AT, sorted(sequences)))
    return {each.accepted.sequence: each for each in found}


def records_of(jobs: Collection[JobId]) -> list[RecordedEvent]:
    """Give all records of some jobs, without simulations, in the order in which they were
    planned; those that were not planned come last.
    """
    return sorted(_recorded(sql.rows_in(_OF_JOBS, sorted(map(key_of, jobs)))), key=turn)


def times_of_site(files: Collection[str]) -> list[RecordedEvent]:
    """Give the events of the site's times for some files, in the order of planning."""
    return sorted(_recorded(sql.rows_in(_OF_SITE, sorted(files))), key=turn)


def oldest() -> tuple[int, float] | None:
    """Give the sequence of the oldest stored record, and when it was accepted."""
    found = sql.row(_OLDEST)
    return (found[0], sql.unix(found[1])) if found else None


def turn(event: RecordedEvent) -> tuple[float, int]:
    """Give the place of an event among others."""
    return event.turn


def _recorded(rows: Iterable[sql.Row]) -> Iterator[RecordedEvent]:
    for row in rows:
        accepted_at, planned_at, aside_at, remark = row[WIDTH:]
        yield RecordedEvent(
            taken_of(EventRow._make(row[:WIDTH])),
            sql.unix(accepted_at),
            _unix(planned_at),
            _unix(aside_at),
            remark,
        )


def _unix(stored: Any) -> float | None:
    return None if stored is None else sql.unix(stored)
