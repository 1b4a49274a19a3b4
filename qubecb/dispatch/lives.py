"""What each event of a batch makes of the job that it is about: its life and its fields.

1. A job begins with its `submit` event, or with the first event seen of it. It is then bound to
   the configuration in force, and remembers nothing from before.
2. A second `submit` is a second submission: a new job, with only the fields that this event has.
3. The job ends with `removed`. Later events change nothing and fire nothing for it until it is
   submitted again.
4. An event that was accepted before the job began, but is planned after that, belongs to the job
   all the same: two sources raced, and no event is lost by it.
5. An event that was set aside and is planned later keeps its place: the later events of its job
   are applied again after it. If the job has ended or begun again since, the event is judged
   alone, and changes nothing.
6. A test fire of one mapping changes nothing of this: it is judged as if it had happened, and the
   next event is judged as if it had not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.events import DONE_NAMES, TIME_TYPES
from qubecb.jobs import Job
from qubecb.jobs.acts import job_after_act, moves
from qubecb.jobs.after import (
    after_event,
    is_submission,
    part_changes_of,
    stamped,
)
from qubecb.jobs.ids import JobId
from qubecb.jobs.parts import PartChange, Parts
from qubecb.jobs.record import JobRecord, without_parts

NOTHING: Mapping[int, Sequence[AcceptedEvent]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Step:
    """One event, and the job that it is about, as callbacks of the job see it."""

    accepted: AcceptedEvent
    #: None for times of the site, and for a timer of an unknown job.
    subject: KnownJob | None
    #: The job begins here: older memory and timers are dropped, new timers are set.
    begins: bool = False
    #: Later events of the job that were planned while this one was set aside.
    later: Sequence[AcceptedEvent] = ()
    #: The job that the event belongs to has ended or begun again since.
    over: bool = False
    #: It is an act, and the job was not in a state for it.
    vain: bool = False

    @property
    def beside(self) -> bool:
        """Whether nothing of it is kept, for it is a test fire of one mapping."""
        return self.over or self.accepted.beside

    @property
    def is_kept(self) -> bool:
        """Whether its job keeps something of it."""
        return not (self.subject is None or self.subject.removed or self.beside)

    @property
    def ends(self) -> bool:
        """Whether this event removes the job, once its callbacks are planned."""
        if self.subject is None or not _is_removal(self.accepted):
            return False
        return not self.subject.removed

    @property
    def done(self) -> bool:
        """Whether the whole job is done now."""
        event = self.accepted.event
        if self.subject is None:
            return False
        told = event.type == "job" and event.name in {*DONE_NAMES, "done"}
        return told or self.subject.job.status in DONE_NAMES

    @property
    def after(self) -> KnownJob | None:
        """The job after all that the event causes is planned."""
        if self.subject is None or not (self.ends or self.later):
            return self.subject
        job = self.subject.job
        for told in self.later:
            job = _changed(job, told) or job
        return replace(self.subject, job=job, removed=self.subject.removed or self.ends)

    @property
    def told(self) -> list[AcceptedEvent]:
        """The events that change the job's items and instances, in order, without acts that do nothing."""
        told = [] if self.vain else [self.accepted]
        job = self.subject.job if self.subject and self.later else None
        for each in self.later:
            changed = _changed(job, each) if job else None
            if changed is not None:
                job = changed
                told.append(each)
        return told


def follow(
    events: Iterable[AcceptedEvent],
    stored: Mapping[JobId, KnownJob],
    binding_at: Callable[[int], int],
    later: Mapping[int, Sequence[AcceptedEvent]] = NOTHING,
) -> list[Step]:
    """Give one step for each event, in order.

    Takes the stored jobs, a function that gives the configuration of a job that begins with
    the event of a sequence, and the later events of jobs of events that were set aside.
    """
    known = dict(stored)
    steps = []
    for accepted in events:
        before = known.get(accepted.event.job.id)
        told = later.get(accepted.sequence, ())
        step = _step(accepted, before, binding_at)
        if told and accepted.event.type not in TIME_TYPES:
            step = _in_its_place(step, told, binding_at)
        after = step.after
        if after is not None and not step.beside:
            known[after.job.id] = after
        steps.append(step)
    return steps


def _step(
    accepted: AcceptedEvent,
    before: KnownJob | None,
    binding_at: Callable[[int], int],
) -> Step:
    event = accepted.event
    if event.type in TIME_TYPES:  # a timer changes no job
        return Step(accepted, before)
    submitted = is_submission(event)
    if before is None and accepted.act is not None:
        return Step(accepted, None)
    if before is None or (submitted and accepted.sequence > before.since):
        sequence = accepted.sequence
        new = KnownJob(after_event(None, event), binding_at(sequence), sequence)
        return Step(accepted, new, begins=True)
    if before.removed:
        return Step(accepted, before)
    binding = before.binding
    if binding is None:
        binding = binding_at(accepted.sequence)
    since = min(before.since, accepted.sequence)
    changed = _changed(before.job, accepted)
    return Step(
        accepted,
        KnownJob(before.job if changed is None else changed, binding, since),
        begins=before.binding is None,
        vain=changed is None,
    )


def _changed(job: Job, accepted: AcceptedEvent) -> Job | None:
    """The job after the event or the act; None if the job is not in a state for the act."""
    if accepted.act is None:
        return after_event(job, accepted.event)
    changed = job_after_act(job, accepted.act)
    return None if changed is None else stamped(changed, accepted.event)


def _in_its_place(
    step: Step, later: Sequence[AcceptedEvent], binding_at: Callable[[int], int]
) -> Step:
    """The step of an event that was set aside while later events of its job were planned."""
    accepted = step.accepted
    if any(is_submission(each.event) for each in later):
        job = after_event(None, accepted.event)
        alone = KnownJob(job, binding_at(accepted.sequence), since=0)
        return Step(accepted, alone, begins=True, over=True)
    known = step.subject
    if known is not None and known.removed and any(map(_is_removal, later)):
        as_then = after_event(known.job, accepted.event)
        return Step(accepted, replace(known, job=as_then, removed=False), over=True)
    return replace(step, later=later)


def _is_removal(accepted: AcceptedEvent) -> bool:
    return accepted.event.name == "removed" and accepted.event.type == "job"


def part_changes(accepted: AcceptedEvent) -> Iterator[PartChange]:
    """Give how an event, or an act that does something, changes its job's items and instances."""
    if accepted.act is not None:
        return moves(accepted.act)
    return part_changes_of(accepted.event)


def fold(
    stored: KnownJob | None,
    parts: Parts,
    waiting: Iterable[AcceptedEvent],
    later: Mapping[int, Sequence[AcceptedEvent]] = NOTHING,
) -> KnownJob | None:
    """Give a job as it is after accepted records that are not planned yet, in order.

    Takes the stored job, its items and instances, which are changed in place, and the later
    events of jobs of events that were set aside. The binding of a job is decided at planning
    and not here.
    """
    known = {} if stored is None else {stored.job.id: stored}
    steps = follow(waiting, known, lambda _: 0, later)
    since = 0 if stored is None else stored.since
    for step in steps:
        if not step.is_kept or step.subject is None:
            continue
        if step.subject.since > since:
            parts.clear()
        since, stored = step.subject.since, step.after
        for told in step.told:
            parts.take(part_changes(told))
    return stored


def record_of(known: KnownJob, parts: Parts) -> JobRecord:
    """Give a job with its items and instances, which are not among its fields."""
    job = without_parts(known.job)
    return JobRecord(job, tuple(parts.items.values()), tuple(parts.instances.values()))
