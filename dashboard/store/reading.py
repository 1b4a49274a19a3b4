"""Stored rows as the frozen values of the core, and back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from dashboard.store.sql import Row, by, dump, load, rows, rows_in, unix
from qubecb.dispatch.ports import AcceptedEvent, KnownJob, MappingKey, Previous
from qubecb.events import Event
from qubecb.jobs import Act, Job
from qubecb.jobs.job import plain

#: Longest texts of a job that have a column of their own, which is an index's too.
_LONGEST = {"name": 1000, "label": 500, "status": 100, "user": 200}


def _named(table: str, columns: str) -> str:
    """Columns with the name of their table before each."""
    return ", ".join(f"{table}.{column.strip()}" for column in columns.split(","))


EVENT_COLUMNS = (
    "sequence, event_id, name, type, extra, time, job_id, job, source, depth,"
    " only_directory, only_file, test, set_aside_version, change"
)
JOB_COLUMNS = (
    'id, name, pid, pgrp, label, status, "user", fields, binding_id, since, removed'
)
#: A row of EVENT_COLUMNS that can be read.
_WHOLE = (
    *(0, "", "submit", "job", "", "1970-01-01", 1, "{}"),
    *("api", 0, "", "", 0, None, None),
)
_JOBS = f"SELECT {JOB_COLUMNS} FROM dashboard_jobrecord WHERE id IN ({{places}})"  # noqa: S608 (constants)
_EVENTS = (
    f"SELECT {EVENT_COLUMNS} FROM dashboard_eventrecord WHERE sequence IN ({{places}})"  # noqa: S608 (constants)
)
#: The event and the job of a run.
_OF_RUNS = f"""
    SELECT {_named("event", EVENT_COLUMNS)}, {_named("job", JOB_COLUMNS)}
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
_LATER = f"""
    SELECT {EVENT_COLUMNS} FROM dashboard_eventrecord
    WHERE job_id = %s AND sequence > %s AND planned_at IS NOT NULL
    AND source NOT IN ('simulate', 'timer') AND only_file = '' ORDER BY sequence
"""  # noqa: S608 (constants)
_WAITING = f"""
    SELECT {EVENT_COLUMNS} FROM dashboard_eventrecord {{by}}
    WHERE planned_at IS NULL AND set_aside_at IS NULL AND job_id IN ({{places}})
    ORDER BY sequence
"""  # noqa: S608 (constants)


def event_of(row: Row) -> AcceptedEvent:
    """Make an accepted event of a row of EVENT_COLUMNS."""
    only = MappingKey(row[10], row[11]) if row[11] else None
    event = Event(
        id=row[1],
        name=row[2],
        type=row[3],
        extra=row[4] or None,
        time=unix(row[5]),
        job=job_as_sent(row[6], load(row[7])),
    )
    again, act = row[13] is not None, None
    if row[14] is not None:
        act = Act.from_dict(load(row[14]))
    origin = (row[8], row[9], only, bool(row[12]))
    return AcceptedEvent(row[0], event, *origin, again, act=act)


def taken_of(row: Row) -> AcceptedEvent:
    """Make an accepted event of a row that may be damaged; then it has a fault.

    Raises what fails for every row: that is no row's fault.
    """
    try:
        return event_of(row)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (told with the event)
        event_of(_WHOLE)
        event = Event(row[1], row[2], row[3], row[4] or None, 0.0, Job(row[6]))
        fault = f"its row is damaged: {type(error).__name__}: {error}"
        return AcceptedEvent(row[0], event, row[8], row[9], fault=fault)


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


def waiting_of(ids: Collection[int]) -> dict[int, list[AcceptedEvent]]:
    """Give the records of these jobs that are accepted and not planned, in order, by job."""
    found: dict[int, list[AcceptedEvent]] = {}
    for row in rows_in(_WAITING.replace("{by}", by("event_waiting")), ids):
        accepted = taken_of(row)
        if not accepted.fault:
            found.setdefault(row[6], []).append(accepted)
    return found


def last_before(event: Event) -> Previous | None:
    """Give the last record of the subject of an event that has not happened; no test counts."""
    found = rows(_LAST, [event.job.id, event.type, event.extra or ""])
    return Previous(*found[0]) if found else None


def told_after(accepted: AcceptedEvent) -> list[AcceptedEvent]:
    """Give what a job was told after one of its records, and is planned, in order."""
    found = rows(_LATER, [accepted.event.job.id, accepted.sequence])
    return [event_of(row) for row in found]


def known_job_of(row: Row) -> KnownJob:
    """Make a known job of a row of JOB_COLUMNS."""
    fields = MappingProxyType(load(row[7]))
    job = Job(row[0], row[1], row[2], row[3], row[4], row[5], row[6], fields)
    return KnownJob(job, row[8], row[9], bool(row[10]))


def columns_of(job: Job) -> tuple[Any, ...]:
    """Give a job's own columns, id to fields, in the order of JOB_COLUMNS."""
    return (
        job.id,
        job.name[: _LONGEST["name"]],
        job.pid,
        job.pgrp,
        job.label[: _LONGEST["label"]],
        job.status[: _LONGEST["status"]],
        job.user[: _LONGEST["user"]],
        dump(plain(job.fields)),
    )


def jobs_by_id(ids: Collection[int]) -> dict[int, KnownJob]:
    """Give the stored jobs among these ids."""
    return {row[0]: known_job_of(row) for row in rows_in(_JOBS, ids)}


def of_runs(
    runs: Collection[int],
) -> tuple[dict[int, AcceptedEvent], dict[int, KnownJob]]:
    """Give the stored events of runs by sequence, and the jobs that they run for."""
    found = rows_in(_OF_RUNS, runs)
    width = EVENT_COLUMNS.count(",") + 1
    events = {row[0]: row[:width] for row in found}
    jobs = {row[width]: row[width:] for row in found if row[width] is not None}
    return (
        {sequence: event_of(row) for sequence, row in events.items()},
        {job: known_job_of(row) for job, row in jobs.items()},
    )


def events_by_sequence(sequences: Iterable[int]) -> dict[int, AcceptedEvent]:
    """Give the stored events among these sequences."""
    return {row[0]: event_of(row) for row in rows_in(_EVENTS, sequences)}
