"""Stored events and jobs as the frozen values of the core."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from dashboard.store.database import sql
from dashboard.store.rows import events as event_rows
from dashboard.store.rows import jobs as job_rows
from dashboard.store.rows.events import WIDTH, EventRow, event_of, taken_of
from dashboard.store.rows.job_ids import key_of
from dashboard.store.rows.jobs import known_jobs_of
from qubecb.dispatch.ports.events import AcceptedEvent, Previous
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.events import Event
from qubecb.jobs.ids import JobId

_JOBS = f"SELECT {job_rows.COLUMNS} FROM dashboard_jobrecord WHERE id IN ({{places}})"  # noqa: S608 (constants)
#: A job of which no items and no waiting records are stored.
_AT_REST = f"""
    SELECT {job_rows.COLUMNS_OF_JOB} FROM dashboard_jobrecord AS job
    WHERE job.id = %s
    AND NOT EXISTS (SELECT 1 FROM dashboard_jobitem WHERE job_id = job.id)
    AND NOT EXISTS (
        SELECT 1 FROM dashboard_eventrecord {{by}}
        WHERE planned_at IS NULL AND set_aside_at IS NULL AND job_id = job.id
    )
"""  # noqa: S608 (constants)
_EVENTS = f"SELECT {event_rows.COLUMNS} FROM dashboard_eventrecord WHERE sequence IN ({{places}})"  # noqa: S608 (constants)
#: The index of records that are accepted and not planned yet.
_UNPLANNED = "event_waiting"
#: The event and the job of a run.
_OF_RUNS = f"""
    SELECT {event_rows.COLUMNS_OF_EVENT}, {job_rows.COLUMNS_OF_JOB}
    FROM dashboard_run AS run
    JOIN dashboard_eventrecord AS event ON event.sequence = run.event
    LEFT JOIN dashboard_jobrecord AS job ON job.id = run.job
    WHERE run.id IN ({{places}})
"""  # noqa: S608 (constants)
_LAST = """
    SELECT sequence, name FROM dashboard_eventrecord
    WHERE job_id = %s AND type = %s AND extra = %s AND source <> 'simulate'
    AND (only_file = '' OR source = 'timer') ORDER BY sequence DESC LIMIT 1
"""
_PREVIOUS = """
    SELECT event.sequence, before.sequence, before.name
    FROM dashboard_eventrecord AS event JOIN dashboard_eventrecord AS before
    ON before.sequence = (
        SELECT MAX(sequence) FROM dashboard_eventrecord AS earlier
        WHERE earlier.job_id = event.job_id AND earlier.type = event.type
        AND earlier.extra = event.extra AND earlier.sequence < event.sequence
        AND earlier.source <> 'simulate'
        AND (earlier.only_file = '' OR earlier.source = 'timer')
    )
    WHERE event.sequence IN ({places})
"""
_LATER = f"""
    SELECT {event_rows.COLUMNS} FROM dashboard_eventrecord
    WHERE job_id = %s AND sequence > %s AND planned_at IS NOT NULL {{planned}}
    AND source NOT IN ('simulate', 'timer') AND only_file = '' ORDER BY sequence
"""  # noqa: S608 (constants)
_WAITING = f"""
    SELECT {event_rows.COLUMNS} FROM dashboard_eventrecord {{by}}
    WHERE planned_at IS NULL AND set_aside_at IS NULL AND job_id IN ({{places}})
    ORDER BY sequence
"""  # noqa: S608 (constants)


def waiting_of(ids: Collection[JobId]) -> dict[JobId, list[AcceptedEvent]]:
    """Give the records of these jobs that are accepted and not planned yet, in order, by job."""
    found: dict[JobId, list[AcceptedEvent]] = {}
    statement = _WAITING.replace("{by}", sql.by(_UNPLANNED))
    for row in event_rows.read_in(statement, map(key_of, ids)):
        accepted = taken_of(row)
        if not accepted.fault:
            found.setdefault(accepted.event.job.id, []).append(accepted)
    return found


def last_before(event: Event) -> Previous | None:
    """Give the last record before an event that has not happened; tests do not count."""
    found = sql.row(_LAST, [key_of(event.job.id), event.type, event.extra or ""])
    return Previous(*found) if found else None


def previous_of(events: Iterable[AcceptedEvent]) -> dict[int, Previous]:
    """Give for each of these stored events, by sequence, the one before it, if any."""
    found = sql.rows_in(_PREVIOUS, [event.sequence for event in events])
    return {event: Previous(before, name) for event, before, name in found}


def told_after(
    accepted: AcceptedEvent, planned_before: float | None = None
) -> list[AcceptedEvent]:
    """Give the planned records of a job after one of its records, in order.

    With a moment (Unix seconds), only those that were planned before it.
    """
    parameters = [key_of(accepted.event.job.id), accepted.sequence]
    if planned_before is not None:
        parameters.append(sql.moment(planned_before))
    planned = "" if planned_before is None else "AND planned_at < %s"
    found = event_rows.read(_LATER.format(planned=planned), parameters)
    return [event_of(row) for row in found]


def jobs_by_id(ids: Collection[JobId]) -> dict[JobId, KnownJob]:
    """Give the stored jobs among these ids."""
    found = known_jobs_of(sql.rows_in(_JOBS, map(key_of, ids)))
    return {known.job.id: known for known in found}


def at_rest(job: JobId) -> KnownJob | None:
    """Give a job whose row says all of it, or None: no items, and all records are planned."""
    statement = _AT_REST.format(by=sql.by(_UNPLANNED))
    found = known_jobs_of(sql.rows(statement, [key_of(job)]))
    return found[0] if found else None


def of_runs(
    runs: Collection[int],
) -> tuple[dict[int, AcceptedEvent], dict[JobId, KnownJob]]:
    """Give the stored events of runs by sequence, and the jobs that they run for."""
    found = [
        (EventRow._make(row[:WIDTH]), row[WIDTH:])
        for row in sql.rows_in(_OF_RUNS, runs)
    ]
    events = {event.sequence: event for event, _ in found}
    jobs = {key: (key, *rest) for _, (key, *rest) in found if key}
    return (
        {sequence: event_of(row) for sequence, row in events.items()},
        {known.job.id: known for known in known_jobs_of(jobs.values())},
    )


def events_by_sequence(sequences: Iterable[int]) -> dict[int, AcceptedEvent]:
    """Give the stored events among these sequences."""
    found = event_rows.read_in(_EVENTS, sequences)
    return {row.sequence: event_of(row) for row in found}
