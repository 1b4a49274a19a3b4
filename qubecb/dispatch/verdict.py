"""Whether one event satisfies one event spec for one attached job, and makes a trigger true.

Only this module decides that: the dispatcher asks it about what its index finds, an explanation
about every event spec. It decides from values alone; a sentence about the result is made only
when somebody asks why (reasons).
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from enum import Enum, auto
from typing import NamedTuple

from qubecb.dispatch.occurrence import Occurrence
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.events import DONE_NAMES
from qubecb.jobs import Job
from qubecb.triggers import EventSpec, Trigger


class Obstacle(Enum):
    """What keeps an event from satisfying an event spec; the first of them decides."""

    #: The attached job was removed before the event.
    REMOVED = auto()
    #: The event was accepted before the attached job was submitted.
    BEFORE_SUBMISSION = auto()
    #: One of them belongs to the site, the other to a job.
    SITE = auto()
    NAME = auto()
    TYPE = auto()
    #: The event is about another job than the one that the context means.
    CONTEXT = auto()
    EXTRA = auto()
    #: The spec is a time, and the event is not, or is another one.
    TIME = auto()
    #: The attached job is done, and its intervals with it.
    ENDED = auto()
    #: The event reports a transition for which `done` was counted.
    COUNTED = auto()


class Case(NamedTuple):
    """One event, and one job whose callbacks are asked about."""

    occurrence: Occurrence
    #: The job that the event is about, as it is after the event.
    subject: Job
    #: As it is after the event; None for the site itself, which has times.
    attached: Job | None
    #: Why the event does not count for the attached job, whatever the event is.
    uncounted: Obstacle | None = None
    #: The id of the event's job, which is text, is a label in the attached job's process group.
    shadowed: bool = False


def uncounted(attached: KnownJob, sequence: int) -> Obstacle | None:
    """Give why no event with this place in the order counts for a job, or None: it counts."""
    if attached.removed:
        return Obstacle.REMOVED
    return Obstacle.BEFORE_SUBMISSION if attached.since > sequence else None


def obstacle(spec: EventSpec, case: Case) -> Obstacle | None:
    """Give what keeps an event from satisfying an event spec, or None: it satisfies it."""
    return next(obstacles(spec, case), None)


def obstacles(spec: EventSpec, case: Case) -> Iterator[Obstacle]:
    """Give everything that keeps an event from satisfying an event spec, in order."""
    occurrence, attached = case.occurrence, case.attached
    if case.uncounted is not None:
        yield case.uncounted
    of_site = (attached is None) is not (spec.context_kind is None)
    if of_site:
        yield Obstacle.SITE
    alike = spec.type == occurrence.type and spec.name in occurrence.names
    if not alike and not spec.is_time:
        yield from _unlike(spec, occurrence)
    if not of_site and not _is_meant(spec, case):
        yield Obstacle.CONTEXT
    if not (alike and spec.extra in occurrence.extras):
        yield from _other_part(spec, occurrence)
    elif spec.type == "repeat" and attached and attached.status in DONE_NAMES:
        yield Obstacle.ENDED


def _unlike(spec: EventSpec, occurrence: Occurrence) -> Iterator[Obstacle]:
    if spec.name not in occurrence.names and not _reports_again(spec, occurrence):
        yield Obstacle.NAME
    if spec.type != occurrence.type:
        yield Obstacle.TYPE


def _other_part(spec: EventSpec, occurrence: Occurrence) -> Iterator[Obstacle]:
    """Another time, item, instance or host, or the same transition once more."""
    if spec.is_time:
        yield Obstacle.TIME
    elif spec.type == occurrence.type:
        if spec.extra not in occurrence.extras:
            yield Obstacle.EXTRA
        if _reports_again(spec, occurrence):
            yield Obstacle.COUNTED


def _reports_again(spec: EventSpec, occurrence: Occurrence) -> bool:
    """Whether an event is of the kind of `done`, and does not count as it."""
    name = occurrence.event.name
    return (
        spec.name == "done"
        and "done" not in occurrence.names
        and (name == "done" or name in DONE_NAMES)
    )


def becomes_true(trigger: Trigger, satisfied: Set[str], remembered: Set[str]) -> bool:
    """Whether an event that satisfies these specs makes a trigger true.

    What earlier events satisfied helps, and fires nothing by itself.
    """
    return bool(satisfied) and trigger.satisfied(satisfied | remembered)


def _is_meant(spec: EventSpec, case: Case) -> bool:
    """Whether the job that the event is about is the one that the context means.

    A label of the process group comes before an id that is text.
    """
    kind, subject, attached = spec.context_kind, case.subject, case.attached
    if attached is None or kind is None:
        return attached is None and kind is None
    if kind == "self":
        return subject.id == attached.id
    if kind == "parent":
        return subject.id == attached.parent
    if kind == "job":
        return subject.id == spec.context_value
    if subject.label == spec.context_value and subject.pgrp == attached.pgrp:
        return True
    return subject.id == spec.context_value and not case.shadowed
