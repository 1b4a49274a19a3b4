"""A batch of events with all that has to be read for it, and what each event satisfies.

Only what some configuration in use asks for is read: children when a trigger has the context
`parent`, process groups when one names the label, all attached jobs when one names the job.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from qubecb.dispatch.index import IndexedMapping, Indexes, Satisfied, TriggerIndex
from qubecb.dispatch.lives import Step, follow
from qubecb.dispatch.occurrence import Occurrence, occurrence_of
from qubecb.dispatch.ports import AcceptedEvent, KnownJob, Reading
from qubecb.dispatch.relatives import Relatives
from qubecb.events import DONE_NAMES, TIME_TYPES

BindingMode = Literal["submission", "live"]

#: An attached job, the context in which the event stands to it, and its configuration.
_Asker: TypeAlias = tuple[int, str | None, int | str | None, TriggerIndex]


@dataclass(frozen=True, slots=True)
class Hit:
    """The event specs of one mapping that one event satisfies for one attached job."""

    job: int
    mapping: IndexedMapping
    specs: frozenset[str]


class Batch:
    """Reads, on creation, everything that the events need; `hits` goes through them once."""

    def __init__(
        self,
        events: Sequence[AcceptedEvent],
        reading: Reading,
        indexes: Indexes,
        mode: BindingMode,
    ) -> None:
        self._reading = reading
        self._indexes = indexes
        self._live = mode == "live"
        self._force = reading.in_force()
        self.stored = reading.jobs({each.event.job.id for each in events} - {0})
        again = [each for each in events if each.again]
        later = reading.later(again) if again else {}
        self.steps = follow(events, self.stored, self._binding_at, later)
        self._in_use = self._bindings_in_use()
        self._interest = indexes.interest(self._in_use, reading)
        self._occurrences = self._counted()
        self._relatives = Relatives(self._related())

    def index_of(self, known: KnownJob) -> TriggerIndex:
        """Give the index of the configuration that a job's callbacks come from."""
        binding = known.binding
        if self._live or binding is None:
            binding = self._force.binding
        return self._indexes.get(binding, self._reading)

    def hits(self) -> Iterator[tuple[Step, list[Hit]]]:
        """Give each event with what it satisfies, the jobs being as they are at that event."""
        for step, occurrence in zip(self.steps, self._occurrences, strict=True):
            with self._relatives.seen(step):
                hits = self._hits_of(step, occurrence)
            yield step, hits

    def _hits_of(self, step: Step, occurrence: Occurrence) -> list[Hit]:
        """What one event satisfies, by job and then in the order of the configuration."""
        only = step.accepted.only
        looked_up: dict[tuple[int, str | None], list[Satisfied]] = {}
        found: dict[tuple[int, int], tuple[IndexedMapping, set[str]]] = {}
        for job, kind, value, index in self._askers(step, occurrence):
            key = (index.binding, kind)
            if key not in looked_up:
                looked_up[key] = index.find(occurrence, kind, value)
            for each in looked_up[key]:
                if only is None or only == each.mapping.key:
                    place = (job, each.mapping.position)
                    found.setdefault(place, (each.mapping, set()))[1].add(each.spec)
        return [
            Hit(place[0], mapping, frozenset(specs))
            for place, (mapping, specs) in sorted(
                found.items(), key=lambda item: item[0]
            )
        ]

    def _askers(self, step: Step, occurrence: Occurrence) -> Iterator[_Asker]:
        """The jobs for which the event may count, each with its context."""
        if step.subject is None:
            if step.accepted.event.job.id == 0:
                index = self._indexes.get(self._force.binding, self._reading)
                yield 0, None, None, index
            return
        if step.counts:
            yield step.subject.job.id, "self", None, self.index_of(step.subject)
        if occurrence.type not in TIME_TYPES:
            yield from self._others(step.subject, step.accepted.sequence, occurrence)

    def _others(
        self, subject: KnownJob, sequence: int, occurrence: Occurrence
    ) -> Iterator[_Asker]:
        """The jobs to which the subject is parent, labelled job, or a job by its id.

        Nothing counts for a job from before its submission.
        """
        job = subject.job
        if self._is_parents(occurrence):
            for known in self._relatives.children(job.id):
                if known.since <= sequence:
                    yield known.job.id, "parent", None, self.index_of(known)
        if self._is_labelled(occurrence, job.label):
            for known in self._relatives.group(job.pgrp):
                if known.since <= sequence:
                    yield known.job.id, "label", job.label, self.index_of(known)
        if self._is_named(occurrence, job.id):
            for known in self._relatives.all():
                if known.since <= sequence:
                    yield known.job.id, "job", job.id, self.index_of(known)

    # What the configurations in use want of an event.

    def _is_parents(self, occurrence: Occurrence) -> bool:
        wanted = self._interest.parents
        return any((name, occurrence.type) in wanted for name in occurrence.names)

    def _is_labelled(self, occurrence: Occurrence, label: str) -> bool:
        wanted, kind = self._interest.labels, occurrence.type
        return any((name, kind, label) in wanted for name in occurrence.names)

    def _is_named(self, occurrence: Occurrence, job: int) -> bool:
        wanted, kind = self._interest.jobs, occurrence.type
        return any((name, kind, job) in wanted for name in occurrence.names)

    # What has to be read.

    def _binding_at(self, sequence: int) -> int:
        if sequence > self._force.after:
            return self._force.binding
        return self._reading.binding_at(sequence)

    def _bindings_in_use(self) -> frozenset[int]:
        if self._live:
            return frozenset({self._force.binding})
        own = (step.subject.binding for step in self.steps if step.subject)
        known = {binding for binding in own if binding is not None}
        return frozenset(
            {*self._reading.bindings_in_use(), self._force.binding, *known}
        )

    def _counted(self) -> list[Occurrence]:
        """What each event counts as, given the one before it in the life of its job."""
        asked = [
            step.accepted
            for step in self.steps
            if step.accepted.event.type in self._interest.done
            and step.accepted.event.name in {*DONE_NAMES, "done"}
        ]
        before = self._reading.previous(asked) if asked else {}
        counted = []
        for step in self.steps:
            found = before.get(step.accepted.sequence)
            since = step.subject.since if step.subject else 0
            name = found.name if found and found.sequence >= since else None
            counted.append(occurrence_of(step.accepted.event, name))
        return counted

    def _related(self) -> Iterator[KnownJob]:
        """The attached jobs that are not in the batch, but for which its events may count."""
        parents, groups, bindings = set(), set(), set()
        for step, occurrence in zip(self.steps, self._occurrences, strict=True):
            if step.subject is None or occurrence.type in TIME_TYPES:
                continue
            job = step.subject.job
            if self._is_parents(occurrence):
                parents.add(job.id)
            if self._is_labelled(occurrence, job.label):
                groups.add(job.pgrp)
            if self._is_named(occurrence, job.id):
                bindings |= self._namers(occurrence, job.id)
        if parents:
            yield from self._reading.children(parents)
        if groups:
            yield from self._reading.groups(groups)
        if bindings:
            yield from self._reading.attached(bindings)

    def _namers(self, occurrence: Occurrence, job: int) -> set[int]:
        """The bindings whose jobs must be read because a trigger names this job's id."""
        if self._live:
            return set(self._reading.bindings_in_use())
        keys = {(name, occurrence.type, job) for name in occurrence.names}
        indexes = (self._indexes.get(each, self._reading) for each in self._in_use)
        return {each.binding for each in indexes if each.interest.jobs & keys}
