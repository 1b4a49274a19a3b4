"""The way from an event to the end of its run, step by step, up to what stops it."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.durations import measured
from qubecb.why.answer import StepState, StepVerdict
from qubecb.why.case import Case
from qubecb.why.causes import Cause, Code, Step, at_utc
from qubecb.why.evidence import RecordedRun


def way_of(case: Case, cause: Cause) -> list[StepVerdict]:
    """Give every step: passed, stopped here, or not reached."""
    return list(_steps(case, cause))


def _steps(case: Case, cause: Cause) -> Iterator[StepVerdict]:
    stopped, run = False, next(iter(case.own_runs), None)
    for step in Step:
        if stopped:
            yield StepVerdict(step, "not-reached")
        elif step is cause.stops and cause.code is not Code.RAN:
            stopped = True
            yield StepVerdict(step, "stopped", cause.sentence)
        else:
            yield StepVerdict(step, _state(step, run), _passed(step, case, run))


def _state(step: Step, run: RecordedRun | None) -> StepState:
    """A run that is running has not reached its end."""
    if step is Step.ENDED and (run is None or run.ended_at is None):
        return "not-reached"
    return "passed"


def _passed(step: Step, case: Case, run: RecordedRun | None) -> str:
    event = case.event
    match step:
        case Step.ACCEPTED:
            return f"accepted at {at_utc(event.accepted_at)}"
        case Step.PLANNED:
            return f"planned {measured(event.at - event.accepted_at)} later"
        case Step.JOB:
            return _job(case)
        case Step.MAPPING:
            mapping = case.mapping
            where = f"line {mapping.written.line}" if mapping else "mapped"
            number = case.mapped.number
            return f"{where} of revision {number}" if number else where
        case Step.TRIGGER:
            return "the trigger was true"
        case Step.NOT_KEPT_BACK:
            return "neither paused nor its language disabled"
        case _:
            return _of_run(step, run)


def _job(case: Case) -> str:
    attached = case.moment.attached if case.moment else None
    if attached is None:
        return "a time of the site belongs to no job"
    return f"job {attached.job.id} was known and submitted before"


def _of_run(step: Step, run: RecordedRun | None) -> str:
    if run is None:
        return ""
    if step is Step.QUEUED:
        return f"run {run.id} was queued at {at_utc(run.queued_at)}"
    if step is Step.STARTED:
        return f"started at {at_utc(run.started_at)}" if run.started_at else ""
    if run.ended_at is None:
        return "it is running"
    return f"{run.state.replace('_', ' ')} at {at_utc(run.ended_at)}"
