"""Whether one event satisfies one event spec for one attached job, and makes a trigger true.

Nothing else decides that: the dispatcher asks it of what its index finds, and an explanation
of every event spec that there is. It decides from the values alone; the sentence for what it
found is made only when somebody asks why (reasons).
"""

from __future__ import annotations

from collections.abc import Set
from enum import Enum, auto
from typing import NamedTuple

from qubecb.dispatch.occurrence import Occurrence
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.events import DONE_NAMES
from qubecb.jobs import Job
from qubecb.triggers import EventSpec, Trigger


class Obstacle(Enum):
    """The first thing that keeps an event from satisfying an event spec, in this order."""

    #: The event was accepted before the attached job was submitted.
    BEFORE_SUBMISSION = auto()
    #: The attached job was removed before the event.
    REMOVED = auto()
    TYPE = auto()
    NAME = auto()
    CONTEXT = auto()
    EXTRA = auto()
    #: The attached job is done, and its intervals with it.
    ENDED = auto()


class Case(NamedTuple):
    """One event, and one job whose callbacks are asked about."""

    occurrence: Occurrence
    #: The job that the event is about, as it is after the event.
    subject: Job
    #: As it is after the event; None for the site itself, which has times.
    attached: Job | None
    #: Why the event does not count for the attached job, whatever the event is.
    uncounted: Obstacle | None = None


def uncounted(attached: KnownJob, sequence: int) -> Obstacle | None:
    """Give why no event with this place in the order counts for a job, or None: it counts."""
    if attached.since > sequence:
        return Obstacle.BEFORE_SUBMISSION
    return Obstacle.REMOVED if attached.removed else None


def obstacle(spec: EventSpec, case: Case) -> Obstacle | None:
    """Give what keeps an event from satisfying an event spec, or None: it satisfies it."""
    occurrence, subject, attached, wrong = case
    if wrong is not None:
        return wrong
    if spec.type != occurrence.type:
        return Obstacle.TYPE
    if spec.name not in occurrence.names:
        return Obstacle.NAME
    if not _is_meant(spec, subject, attached):
        return Obstacle.CONTEXT
    if spec.extra not in occurrence.extras:
        return Obstacle.EXTRA
    if spec.type == "repeat" and attached and attached.status in DONE_NAMES:
        return Obstacle.ENDED
    return None


def becomes_true(trigger: Trigger, satisfied: Set[str], remembered: Set[str]) -> bool:
    """Whether an event that satisfies these specs makes a trigger true.

    What earlier events satisfied helps, and fires nothing by itself.
    """
    return bool(satisfied) and trigger.satisfied(satisfied | remembered)


def _is_meant(spec: EventSpec, subject: Job, attached: Job | None) -> bool:
    """Whether the job that the event is about is the one that the context means."""
    kind = spec.context_kind
    if attached is None or kind is None:
        return attached is None and kind is None
    if kind == "self":
        return subject.id == attached.id
    if kind == "parent":
        return subject.id == attached.parent
    if kind == "job":
        return subject.id == spec.context_value
    return subject.pgrp == attached.pgrp and subject.label == spec.context_value
