"""Why one event satisfies one event spec for one attached job, or why not: a sentence.

It decides from the values alone, without an index; the tests hold both to the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from qubecb.dispatch.occurrence import extras_of, names_of
from qubecb.events import DONE_NAMES, PARTS, TIME_TYPES, Event
from qubecb.jobs import Job
from qubecb.triggers import EventSpec


class Reason(NamedTuple):
    """Whether a spec is satisfied, and why as a sentence."""

    satisfied: bool
    sentence: str


def reason_of(
    spec: EventSpec,
    event: Event,
    subject: Job,
    attached: Job | None,
    related: Iterable[Job],
    previous: str | None,
) -> Reason:
    """Judge one event spec.

    Takes the event, the job that it is about as it is after it, the job whose callbacks are
    asked about (None: the site, for its times), other jobs that are known, and the name of
    the event before of the same job, type and extra.
    """
    wrong = (
        _kind(spec, event)
        or _name(spec, event, previous)
        or _context(spec, subject, attached, related)
        or _extra(spec, event)
        or _ended(spec, attached)
    )
    return Reason(False, wrong) if wrong else Reason(True, _right(spec, event))


def _kind(spec: EventSpec, event: Event) -> str:
    if spec.type == event.type:
        return ""
    if spec.is_time:
        return "only time satisfies it, and the event is not of its time"
    return f"the event is of the type {event.type}, not {spec.type}"


def _name(spec: EventSpec, event: Event, previous: str | None) -> str:
    if spec.name in names_of(event, previous):
        return ""
    if event.name == "done" and spec.name == "done":
        return (
            f"it directly follows `{previous}` of the same {_what(event)}: the same "
            "transition, for which done has been counted"
        )
    if event.name in DONE_NAMES and spec.name == "done":
        return (
            f"it directly follows `done` of the same {_what(event)}: the same "
            "transition, for which done has been counted"
        )
    return f"the event is `{event.name}`, not `{spec.name}`"


def _what(event: Event) -> str:
    return PARTS.get(event.type, "job")


def _context(
    spec: EventSpec, subject: Job, attached: Job | None, related: Iterable[Job]
) -> str:
    if attached is None:
        return "" if spec.is_global else "the event belongs to the site and to no job"
    if spec.is_global:
        return "it belongs to the site and to no job"
    if spec.context_kind == "self":
        return _not_self(subject, attached)
    if spec.context_kind == "parent":
        return _not_parent(subject, attached)
    if spec.context_kind == "job":
        wanted = spec.context_value
        return "" if subject.id == wanted else _about(subject, f"job {wanted}")
    return _not_labelled(str(spec.context_value), subject, attached, related)


def _about(subject: Job, wanted: str) -> str:
    return f"the event is about job {subject.id}, not about {wanted}"


def _not_self(subject: Job, attached: Job) -> str:
    if subject.id == attached.id:
        return ""
    return _about(subject, f"job {attached.id} itself")


def _not_parent(subject: Job, attached: Job) -> str:
    if attached.parent is None:
        return f"job {attached.id} has no parent: its pid is {attached.pid}"
    if subject.id == attached.parent:
        return ""
    return _about(subject, f"job {attached.parent}, the parent of job {attached.id}")


def _not_labelled(
    label: str, subject: Job, attached: Job, related: Iterable[Job]
) -> str:
    if subject.pgrp == attached.pgrp and subject.label == label:
        return ""
    if subject.pgrp != attached.pgrp:
        why = (
            f"job {subject.id} is in the process group {subject.pgrp}, "
            f"job {attached.id} in {attached.pgrp}"
        )
    elif subject.label:
        why = f"job {subject.id} has the label `{subject.label}`, not `{label}`"
    else:
        why = f"no label is known of job {subject.id}"
    meant = [each.id for each in related if _bears(each, label, attached.pgrp)]
    return f"{why}; `{label}` is job {meant[0]}" if meant else why


def _bears(job: Job, label: str, pgrp: int) -> bool:
    return job.label == label and job.pgrp == pgrp


def _extra(spec: EventSpec, event: Event) -> str:
    if spec.extra in extras_of(event):
        return ""
    if event.type in TIME_TYPES:
        return "the event is not of its time"
    noun = PARTS.get(event.type, "extra")
    if event.unknown:
        return f"which {noun} the event is about is unknown; only `*` matches it"
    return f"the event is about {noun} `{event.extra}`, not `{spec.extra}`"


def _ended(spec: EventSpec, attached: Job | None) -> str:
    if spec.type == "repeat" and attached and attached.status in DONE_NAMES:
        return f"job {attached.id} is {attached.status}; its intervals have ended"
    return ""


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
