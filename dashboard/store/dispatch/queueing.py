"""Stores runs as planning decided them: queued, or suppressed with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dashboard.store.database import sql
from dashboard.store.rows import runs as run_rows
from dashboard.store.rows.events import EventRow
from dashboard.store.rows.runs import Beginning, Cause
from dashboard.store.rows.satisfied import Events, events_behind, written
from dashboard.store.runs import statistics
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.jobs.ids import JobId
from qubecb.runner.outcome import RunState


def queue(
    runs: Iterable[PlannedRun],
    events: Mapping[int, AcceptedEvent],
    event_rows: Mapping[int, EventRow],
    jobs: Mapping[JobId, KnownJob],
    now: float,
) -> None:
    """Store runs of these events, of which the rows are at hand, for these jobs."""
    planned = list(runs)
    behind = events_behind(planned, event_rows)
    run_rows.store(_rows(planned, events, behind, jobs, sql.moment(now)))
    statistics.roll_up(
        [
            _kept_back(run, now)
            for run in planned
            if run.suppressed and not events[run.sequence].test
        ]
    )


def _kept_back(run: PlannedRun, now: float) -> statistics.Ended:
    key, code = run.key, statistics.kept_back(run.pause)
    return statistics.Ended(
        *(key.directory, key.file, run.trigger, RunState.SUPPRESSED, now),
        kept_back=code,
    )


def _rows(
    runs: Sequence[PlannedRun],
    events: Mapping[int, AcceptedEvent],
    behind: Events,
    jobs: Mapping[JobId, KnownJob],
    at: Any,
) -> Iterator[tuple[Cause, Beginning]]:
    waiting = run_rows.waiting(at)
    for run in runs:
        accepted, attached = events[run.sequence], jobs.get(run.job)
        job = attached.job if attached else accepted.event.job
        by = written(run.satisfied_by, behind) if run.satisfied_by else None
        cause, begun = run_rows.cause_of(run, accepted, job, by), waiting
        if run.suppressed:
            begun = run_rows.suppressed(at, run.suppressed, run.pause, cause)
        yield cause, begun
