"""Runs as they are planned: queued, or suppressed with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboard.models.keys import trigger_key
from dashboard.store import sql, statistics
from qubecb.dispatch.ports import AcceptedEvent, KnownJob, PlannedRun
from qubecb.runner.outcome import RunState

COLUMNS = (
    "state",
    "reason",
    "test",
    "simulate",
    "directory",
    "file",
    "trigger",
    "trigger_key",
    "event",
    "event_spec",
    "job",
    "job_name",
    "user",
    "revision",
    "depth",
    "pause",
    "queued_at",
    "ended_at",
    "worker",
    "mode",
    "grandchildren",
    "cancel_reason",
    "actions",
    "notes",
    "signature",
    "last_line",
    "script_sha256",
    "open",
)
_INSERT = sql.insert("dashboard_run", COLUMNS)
#: What a run that was not started has in the columns from `worker` on.
_NOTHING_YET = ("", "", 0, "", "[]", "[]", "", "", "")


def queue(
    runs: Iterable[PlannedRun],
    events: Mapping[int, AcceptedEvent],
    jobs: Mapping[int, KnownJob],
    now: float,
) -> None:
    """Store runs of these events for these jobs."""
    at = sql.moment(now)
    planned = list(runs)
    sql.each(_INSERT, [_row(run, events[run.sequence], jobs, at) for run in planned])
    statistics.roll_up(
        [
            statistics.Ended(
                run.key.directory, run.key.file, run.trigger, RunState.SUPPRESSED, now
            )
            for run in planned
            if run.suppressed and not events[run.sequence].test
        ]
    )


def _row(
    run: PlannedRun, accepted: AcceptedEvent, jobs: Mapping[int, KnownJob], at: object
) -> tuple[object, ...]:
    attached = jobs.get(run.job)
    job = attached.job if attached else accepted.event.job
    state = RunState.SUPPRESSED if run.suppressed else RunState.QUEUED
    return (
        state.value,
        run.suppressed[:500],
        accepted.test,
        False,
        run.key.directory,
        run.key.file,
        run.trigger,
        trigger_key(run.trigger),
        run.sequence,
        accepted.event.spec,
        run.job or None,
        job.name[:1000],
        job.user[:200],
        run.revision,
        accepted.depth,
        run.pause,
        at,
        at if run.suppressed else None,
        *_NOTHING_YET,
        state.opens and not accepted.test,
    )
