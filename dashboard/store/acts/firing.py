"""Fires an event on purpose, in one of three ways: match, simulate or live.

1. `match` judges and stores nothing.
2. `simulate` runs scripts for real and only notes what they ask of the farm. Its event is
   stored as dispatched, and its runs as simulations, so they never change jobs, progress or
   statistics.
3. `live` goes through acceptance like any event, and may be meant for one mapping only.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from dashboard.machine.waking import EVENTS, RUNS, wake
from dashboard.store.database import sql
from dashboard.store.database.transactions import writing
from dashboard.store.dispatch.situations import (
    Edit,
    JobMatch,
    Source,
    Verdicts,
    verdicts,
)
from dashboard.store.intake.acceptance import Accepted, Origin, rows_of
from dashboard.store.people import audit
from dashboard.store.people.audit import By
from dashboard.store.rows import runs as run_rows
from dashboard.store.rows.events import store
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.events import Event, new_event_id
from qubecb.jobs import Job

SIMULATE = "simulate"
_SEQUENCE = "SELECT sequence FROM dashboard_eventrecord WHERE event_id = %s"
_PLANNED = """
    UPDATE dashboard_eventrecord SET planned_at = accepted_at, runs_count = %s
    WHERE sequence = %s
"""


@dataclass(frozen=True, slots=True)
class Shot:
    """What to fire: an event, and what to test with it."""

    event: Event
    #: The job whose callbacks are tested; None: the event's own job.
    attached: Job | None = None
    source: Source = "bound"
    edit: Edit | None = None
    #: The one mapping to test, or None for all of them.
    only: MappingKey | None = None


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulation: the id of its event if anything runs, its verdicts, and its runs."""

    event: str | None
    matches: Verdicts
    runs: list[int]


def match(shot: Shot) -> Verdicts:
    """Judge every mapping for the event's own job, and find what fires for other jobs."""
    found = verdicts(shot.event, shot.source, shot.attached, shot.edit)
    meant = (each for each in found if _is_meant(each, shot.only))
    return Verdicts(meant, found.left_out)


def simulate(shot: Shot, by: By) -> Simulated:
    """Queue a simulation of every callback that is triggered, even a paused or disabled one."""
    event = replace(shot.event, id=new_event_id())
    found = match(shot)
    triggered = [each for each in found if each.triggered]
    if not triggered:
        return Simulated(None, found, [])
    with writing():
        sequence = _store_event(event, by.name, len(triggered))
        runs = [_queue(each, event, sequence) for each in triggered]
        _record(shot, by, SIMULATE, runs=len(runs))
    wake(RUNS)
    return Simulated(event.id, found, runs)


def live(shot: Shot, by: By) -> Accepted:
    """Accept the event like any other; the dispatcher decides what it causes.

    An event whose id was accepted before is a duplicate, as everywhere.
    """
    origin = Origin(source="fire", actor=by.name, test=True, only=shot.only)
    rows = rows_of([shot.event], origin, time.time())
    with writing():
        new = store(rows)
        if new:
            _record(shot, by, "live", event=shot.event.id)
    wake(EVENTS)
    return Accepted(new, 1 - new, (shot.event.id,))


def _is_meant(found: JobMatch, only: MappingKey | None) -> bool:
    return only is None or only == MappingKey(found.match.directory, found.match.file)


def _record(shot: Shot, by: By, rung: str, **details: object) -> None:
    subject = f"{shot.event.spec} of job {shot.event.job.id}"
    if shot.only is not None:
        details["callback"] = f"{shot.only.directory}/{shot.only.file}"
    audit.record(by, "fire", subject, rung=rung, **details)


def _store_event(event: Event, actor: str, runs: int) -> int:
    """Store the event as already dispatched, so that no dispatcher takes it.

    It gets a new id: the given one may belong to an event that still waits.
    """
    origin = Origin(source=SIMULATE, actor=actor, test=True)
    store(rows_of([event], origin, time.time()))
    sequence = int(sql.value(_SEQUENCE, [event.id]))
    sql.execute(_PLANNED, [runs, sequence])
    return sequence


def _queue(found: JobMatch, event: Event, sequence: int) -> int:
    job, match_ = found.job, found.match
    key = MappingKey(match_.directory, match_.file)
    run = PlannedRun(sequence, job.id, key, match_.trigger, found.revision or 0)
    accepted = AcceptedEvent(sequence, event, SIMULATE, test=True)
    cause = run_rows.cause_of(run, accepted, job)
    cause = cause._replace(revision=found.revision, simulate=True)
    begun = run_rows.waiting(sql.moment(time.time()))
    return run_rows.store_one(cause, begun._replace(job_then=sql.dump(job.as_dict())))
