"""Goes through the past as the dispatcher did, and gives the state of things at any record.

The records are planned again one by one (rehearsal); at each of them things are as they were
when the dispatcher met it.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.dispatch.facts import BindingMode, Facts, read
from qubecb.dispatch.index import Indexes, TriggerIndex
from qubecb.dispatch.judging import asked_about
from qubecb.dispatch.past import Past, counts_for_job
from qubecb.dispatch.ports.configuration import Binding, MappingKey
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.dispatch.rehearsal import Rehearsal
from qubecb.dispatch.suppression import Suppression
from qubecb.durations import DAY
from qubecb.jobs import Job
from qubecb.jobs.after import after_event
from qubecb.jobs.ids import JobId
from qubecb.why.matching import Explainer

#: What other jobs are bound to; no store has it.
NO_BINDING = -1


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of a site at that time."""

    binding: BindingMode = "submission"
    #: For how many days after its last event a job stays attached.
    attached_days: float = 30


@dataclass(frozen=True, slots=True)
class Moment:
    """Things as they are at one record, before it is planned."""

    #: The job that is asked about, as it is at the record; None: the site.
    attached: KnownJob | None
    explainer: Explainer
    #: The configuration that the callbacks of the job come from.
    index: TriggerIndex
    #: Whether the job had no event for too long, and so was no longer attached.
    forgotten: bool = False
    #: Whether the event is about an unknown job, so that it counts for no job.
    unknown: bool = False

    def may_satisfy(self) -> frozenset[MappingKey]:
        """Give the mappings with an event spec that the event may satisfy."""
        occurrence, subject = (
            self.explainer.case.occurrence,
            self.explainer.case.subject,
        )
        contexts = (
            *(("self", None), ("parent", None), (None, None)),
            *(("label", subject.label), ("job", subject.id)),
        )
        return frozenset(
            found.mapping.key
            for kind, value in contexts
            for found in self.index.find(occurrence, kind, value)
        )

    def likeness(self) -> Hashable:
        """What decides about a mapping if the event satisfies none of its event specs."""
        case, job = self.explainer.case, self.explainer.case.attached
        told = (case.subject.label, case.subject.pgrp, case.shadowed)
        context = (*told, job and (job.pgrp, job.pid))
        state = (self.index.binding, case.uncounted, self.forgotten, self.unknown)
        return (case.occurrence.names, *context, *state)


class _Alone(Rehearsal):
    """A rehearsal in which events count for one job only: nobody asks about the others."""

    def __init__(self, past: Past, attached_days: float, job: JobId) -> None:
        super().__init__(past, attached_days)
        self._job = job
        #: Records of other jobs: nothing is attached to these.
        self._of_others = {
            each.accepted.sequence
            for each in past.records()
            if each.accepted.event.job.id != job
        }
        ids = (each.accepted.event.job.id for each in past.records())
        #: A label of the process group comes before an id that is text.
        self._texts = {each for each in ids if isinstance(each, str)}

    def binding_at(self, sequence: int) -> int:
        return (
            NO_BINDING if sequence in self._of_others else super().binding_at(sequence)
        )

    def binding(self, binding_id: int) -> Binding:
        if binding_id == NO_BINDING:
            return Binding(NO_BINDING, ())
        return super().binding(binding_id)

    def children(self, parents: Collection[JobId]) -> Sequence[KnownJob]:
        return self._only(super().children(parents))

    def attached(self, bindings: Collection[int]) -> Sequence[KnownJob]:
        return self._only(super().attached(bindings))

    def _only(self, jobs: Iterable[KnownJob]) -> list[KnownJob]:
        mine, labels = self._job, self._texts
        return [
            each for each in jobs if each.job.id == mine or each.job.label in labels
        ]


@dataclass
class Witness:
    """Goes through the past of one job: its own records, and those of jobs that it waits for.

    Takes the past, which has no other records, the job (0: the site) and the site's settings.
    """

    past: Past
    job: JobId
    rules: Rules

    def __post_init__(self) -> None:
        #: The rehearsal so far.
        self.rehearsal = _Alone(self.past, self.rules.attached_days, self.job)
        settings = DispatchSettings(
            self.rules.binding, qb_conf=lambda: self.past.flags_at(self.rehearsal.now)
        )
        self._dispatcher = Dispatcher(
            self.rehearsal, settings, lambda: self.rehearsal.now
        )
        self._indexes = Indexes()

    def records(self) -> Iterator[AcceptedEvent]:
        """Give each record when it is its turn; it is planned when the next one is asked for."""
        rehearsal, dispatcher = self.rehearsal, self._dispatcher
        while rehearsal.goes_on():
            dispatcher.tick()
            while True:
                yield from rehearsal.take(1)
                if not (dispatcher.step(1) or dispatcher.tick()):
                    break

    def until(self, sequence: int, planned_at: float | None) -> None:
        """Go on to the turn of an event.

        A simulation is not a record, so its turn is at its time. What was not planned has its
        turn at the end.
        """
        for each in self.records():
            is_over = planned_at is not None and self.rehearsal.now > planned_at
            if each.sequence == sequence or is_over:
                return

    def look(self, accepted: AcceptedEvent, at: float) -> Moment:
        """Give the state of things at a record whose turn it is, or would be.

        Takes when it was planned. Raises what planning it would raise.
        """
        facts = read([accepted], self.rehearsal, self._indexes, self.rules.binding)
        own = accepted.event.job.id == self.job
        asked = None if own or not self.job else self._asked(accepted.sequence)
        attached, case = asked_about(facts, asked, self.rehearsal.known.values())
        begins = any(each.begins and each.subject is attached for each in facts.steps)
        memory = {} if begins else self.rehearsal.progress({self.job})
        flags = self.past.flags_at(at)
        related = [each.job for each in self.rehearsal.known.values()]
        explainer = Explainer(
            case, memory, Suppression(self.past.pauses_at(at), flags, at), related
        )
        forgotten = not (own or attached is None or self._is_attached(attached, at))
        unknown = accepted.event.job.id != 0 and facts.steps[0].subject is None
        index = self._index(facts, attached)
        return Moment(attached, explainer, index, forgotten, unknown)

    def _index(self, facts: Facts, attached: KnownJob | None) -> TriggerIndex:
        """Give the configuration of a job; it is loaded here if no other job uses it now."""
        if attached is not None and attached.binding is not None:
            self._indexes.get(attached.binding, self.rehearsal)
        return facts.configurations.of(attached)

    def _asked(self, sequence: int) -> KnownJob:
        """The job as it is at this point; before its submission, as it was submitted.

        A test of one mapping or a time does not begin a job. A job that never began is taken to
        begin just after the event (by its sequence).
        """
        known = self.rehearsal.known.get(self.job)
        if known is not None:
            return known
        for record in self.past.records():
            accepted = record.accepted
            begins = counts_for_job(accepted) and accepted.act is None
            if begins and accepted.event.job.id == self.job:
                binding = self.past.binding_at(accepted.sequence)
                job = after_event(None, accepted.event)
                return KnownJob(job, binding, accepted.sequence)
        return KnownJob(Job(self.job), self.past.binding_at(sequence), sequence + 1)

    def _is_attached(self, known: KnownJob, at: float) -> bool:
        if known.job.id not in self.rehearsal.known:
            return True  # it has yet to begin
        last = self.rehearsal.last_event(known.job.id)
        return last is not None and last >= at - self.rules.attached_days * DAY
