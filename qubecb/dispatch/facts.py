"""Reads the facts: all that is needed to judge events. Judging itself reads nothing (judging).

1. The stored jobs of the events, and, for events that were set aside, the later events of their
   jobs.
2. What each event makes of its job (lives), and the configurations in use.
3. Only what these configurations ask for: the previous event if a trigger waits for `done`,
   children if one has the context `parent`, process groups if one names the label, all attached
   jobs if one names the job.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from qubecb.dispatch.index import Indexes, Interest, TriggerIndex
from qubecb.dispatch.lives import Step, follow
from qubecb.dispatch.occurrence import Occurrence, occurrence_of
from qubecb.dispatch.ports.configuration import InForce
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.dispatch.ports.reading import Reading
from qubecb.events import DONE_NAMES, TIME_TYPES
from qubecb.jobs.ids import JobId

BindingMode = Literal["submission", "live"]


@dataclass(frozen=True, slots=True)
class Configurations:
    """The configurations in use at one moment, and which job has which."""

    in_force: TriggerIndex
    #: By binding.
    indexes: Mapping[int, TriggerIndex]
    #: What any of them needs to know about events.
    interest: Interest
    #: Every job uses the one in force, whatever it is bound to.
    live: bool = False

    def of(self, known: KnownJob | None) -> TriggerIndex:
        """Give the index of the configuration that a job uses; None: the site's."""
        if self.live or known is None or known.binding is None:
            return self.in_force
        return self.indexes[known.binding]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about some events, in their order."""

    steps: Sequence[Step]
    #: What each event counts as.
    occurrences: Sequence[Occurrence]
    #: The jobs of the events as they are stored, by id.
    stored: Mapping[JobId, KnownJob]
    #: Other attached jobs that the events may concern, as they are stored.
    related: Sequence[KnownJob]
    configurations: Configurations


def read(
    events: Sequence[AcceptedEvent],
    reading: Reading,
    indexes: Indexes,
    mode: BindingMode,
) -> Facts:
    """Read the facts about some events. Raises what the store raises, and ConfigurationError."""
    force = reading.in_force()
    stored = reading.jobs({each.event.job.id for each in events} - {0})
    steps = _lives(events, stored, reading, force)
    in_use = _in_use(steps, reading, force, mode)
    interest = indexes.interest(in_use, reading)
    occurrences = _occurrences(steps, interest, reading)
    configurations = Configurations(
        indexes.get(force.binding, reading), indexes.known, interest, mode == "live"
    )
    related = tuple(_related(steps, occurrences, configurations, reading))
    for binding in {each.binding for each in related if each.binding is not None}:
        indexes.get(
            binding, reading
        )  # a job may have begun since the bindings were read
    return Facts(steps, occurrences, stored, related, configurations)


def _lives(
    events: Sequence[AcceptedEvent],
    stored: Mapping[JobId, KnownJob],
    reading: Reading,
    force: InForce,
) -> Sequence[Step]:
    """What each event makes of its job."""

    def binding_at(sequence: int) -> int:
        newest = sequence > force.after
        return force.binding if newest else reading.binding_at(sequence)

    again = [each for each in events if each.again]
    later = reading.later(again) if again else {}
    return follow(events, stored, binding_at, later)


def _in_use(
    steps: Iterable[Step], reading: Reading, force: InForce, mode: BindingMode
) -> frozenset[int]:
    """The bindings whose callbacks may fire."""
    if mode == "live":
        return frozenset({force.binding})
    own = (step.subject.binding for step in steps if step.subject)
    known = {binding for binding in own if binding is not None}
    return frozenset({*reading.bindings_in_use(), force.binding, *known})


def _occurrences(
    steps: Iterable[Step], interest: Interest, reading: Reading
) -> Sequence[Occurrence]:
    """What each event counts as, given the previous one in the life of its job."""
    asked = [
        step.accepted
        for step in steps
        if step.accepted.event.type in interest.done
        and step.accepted.event.name in {*DONE_NAMES, "done"}
    ]
    before = reading.previous(asked) if asked else {}
    counted = []
    for step in steps:
        found = before.get(step.accepted.sequence)
        since = step.subject.since if step.subject else 0
        name = found.name if found and found.sequence >= since else None
        counted.append(occurrence_of(step.accepted.event, name))
    return counted


def _related(
    steps: Sequence[Step],
    occurrences: Iterable[Occurrence],
    configurations: Configurations,
    reading: Reading,
) -> Iterator[KnownJob]:
    """The attached jobs that the events may concern, besides their own."""
    interest = configurations.interest
    parents: set[JobId] = set()
    groups: set[JobId] = set()
    bindings: set[int] = set()
    texts = False
    for step, occurrence in zip(steps, occurrences, strict=True):
        if step.subject is None or occurrence.type in TIME_TYPES:
            continue
        job = step.subject.job
        if interest.in_parent(occurrence):
            parents.add(job.id)
        if interest.in_label(occurrence, job.label):
            groups.add(job.pgrp)
        if interest.in_job(occurrence, job.id):
            bindings |= _namers(occurrence, job.id, configurations, reading)
            texts = texts or isinstance(job.id, str)
    if parents:
        yield from reading.children(parents)
    named = reading.attached(bindings) if bindings else ()
    yield from named
    if texts:  # a label of the group comes before such an id
        own = (step.subject for step in steps)
        groups |= {each.job.pgrp for each in (*named, *own) if each is not None}
    if groups:
        yield from reading.groups(groups)


def _namers(
    occurrence: Occurrence, job: JobId, configurations: Configurations, reading: Reading
) -> set[int]:
    """The bindings whose jobs must be read because a trigger names this job's id."""
    if configurations.live:
        return set(reading.bindings_in_use())
    indexes = configurations.indexes.items()
    return {
        binding for binding, each in indexes if each.interest.in_job(occurrence, job)
    }
