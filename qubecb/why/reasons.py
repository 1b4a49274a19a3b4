"""Why one event satisfies one event spec for one attached job, or why not: a sentence.

The module verdict decides; this one only puts it into words.
"""

from __future__ import annotations

from collections.abc import Iterable

from qubecb.dispatch.verdict import Case, Obstacle
from qubecb.events import PARTS, TIME_TYPES, Event
from qubecb.jobs import Job
from qubecb.jobs.ids import JobId
from qubecb.triggers import EventSpec


def reason_of(
    spec: EventSpec, case: Case, wrong: Obstacle | None, related: Iterable[Job]
) -> str:
    """Say what was decided about an event spec.

    Takes also other known jobs: the context may mean one of them.
    """
    event, attached = case.occurrence.event, case.attached
    match wrong:
        case None:
            return _right(spec, event)
        case Obstacle.REMOVED | Obstacle.BEFORE_SUBMISSION:
            return f"not counted: {uncounted_reason(wrong, attached)}"
        case Obstacle.NAME:
            return f"the event is `{event.name}`, not `{spec.name}`"
        case Obstacle.TYPE:
            return f"the type of the event is {event.type}, not {spec.type}"
        case Obstacle.SITE | Obstacle.CONTEXT:
            return _context(spec, case, related)
        case Obstacle.EXTRA:
            return _extra(spec, event)
        case Obstacle.TIME:
            return _time(spec, event)
        case Obstacle.ENDED:
            status = attached.status if attached else ""
            return f"{_the(attached)} is {status}, so its intervals have ended"
        case Obstacle.COUNTED:
            return _counted(event, case.occurrence.previous)


def uncounted_reason(wrong: Obstacle, attached: Job | None) -> str:
    """Say why no event at all counts for a job: it is removed, or not yet submitted."""
    if wrong is Obstacle.REMOVED:
        return f"{_the(attached)} has been removed"
    return (
        f"the event came before {_the(attached)} was submitted, and nothing runs before "
        "submission"
    )


def _the(job: Job | None) -> str:
    return f"job {job.id}" if job else "the job"


def _time(spec: EventSpec, event: Event) -> str:
    if spec.type == event.type:
        return "the event is another time"
    return "only its own time satisfies it, not this event"


def _counted(event: Event, previous: str | None) -> str:
    before = previous if event.name == "done" else "done"
    return (
        f"it directly follows `{before}` of the same {PARTS.get(event.type, 'job')}: this is "
        "the same transition, and done was already counted for it"
    )


def _context(spec: EventSpec, case: Case, related: Iterable[Job]) -> str:
    subject, attached = case.subject, case.attached
    if attached is None:
        return "the event belongs to the site and to no job"
    if spec.is_global:
        return "it belongs to the site and to no job"
    if spec.context_kind == "self":
        return _about(subject, f"job {attached.id} itself")
    if spec.context_kind == "parent":
        return _not_parent(subject, attached)
    if spec.context_kind == "job":
        return _about(subject, f"job {spec.context_value}")
    if case.shadowed and subject.id == spec.context_value:
        return (
            f"`{subject.id}` is a label in the process group of job {attached.id}, "
            "and a label comes before an id"
        )
    return _not_labelled(str(spec.context_value), subject, attached, related)


def _about(subject: Job, wanted: str) -> str:
    return f"the event is about job {subject.id}, not about {wanted}"


def _not_parent(subject: Job, attached: Job) -> str:
    if attached.parent is None:
        return f"job {attached.id} has no parent: its pid is {attached.pid}"
    return _about(subject, f"job {attached.parent}, the parent of job {attached.id}")


def _not_labelled(
    label: str, subject: Job, attached: Job, related: Iterable[Job]
) -> str:
    if subject.pgrp != attached.pgrp:
        why = (
            f"job {subject.id} is in the process group {subject.pgrp}, "
            f"job {attached.id} in {attached.pgrp}"
        )
    elif subject.label:
        why = f"job {subject.id} has the label `{subject.label}`, not `{label}`"
    else:
        why = f"job {subject.id} has no known label"
    bearing = (each for each in related if _bears(each, label, attached.pgrp))
    meant = next(bearing, None)
    return f"{why}; `{label}` is job {meant.id}" if meant else why


def _bears(job: Job, label: str, pgrp: JobId) -> bool:
    return job.label == label and job.pgrp == pgrp


def _extra(spec: EventSpec, event: Event) -> str:
    noun = PARTS.get(event.type, "extra")
    if event.unknown:
        return f"which {noun} the event is about is unknown; only `*` matches it"
    return f"the event is about {noun} `{event.extra}`, not `{spec.extra}`"


def _right(spec: EventSpec, event: Event) -> str:
    if spec.type in TIME_TYPES:
        return "its time has come"
    parts = [f"the event is `{event.spec}`"]
    if spec.name != event.name:
        parts.append(f"`{event.name}` counts as `{spec.name}`")
    if spec.any_extra:
        which = ", also an unknown one" if event.unknown else ""
        parts.append(f"`*` is any {PARTS.get(event.type, 'extra')}{which}")
    return ", and ".join(parts)
