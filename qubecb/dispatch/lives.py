"""What each event of a batch makes of the job that it is about: its life and its fields.

1. A job begins with its `submit` event, or with the first event that is seen of it. It is
   then bound to the configuration in force, and remembers nothing of before.
2. A second `submit` is a second submission: a new job, which keeps only what is told of it.
3. With `removed` it ends. Whatever is told of it later changes nothing and fires nothing for
   it, until it is submitted again.
4. An event that was accepted before the job's beginning, but is seen after it, belongs to the
   job all the same: two sources raced, and nothing is lost by it.
5. An event that was set aside and is planned later has its own place: what its job was told
   since is told again over it. Where the job has ended or begun again since, it is judged
   alone, and nothing of it is kept.
6. A test fire of one mapping stands beside all this: it is judged as if it had happened, and
   for the next event it has not.
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
from qubecb.jobs.parts import PartChange, Parts
from qubecb.jobs.record import JobRecord, without_parts

NOTHING: Mapping[int, Sequence[AcceptedEvent]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Step:
    """One event, and the job that it is about as its callbacks see it."""

    accepted: AcceptedEvent
    #: None for the times of the site, and for a timer whose job is not known.
    subject: KnownJob | None
    #: The job begins here: memory and timers of before go, new timers are set.
    begins: bool = False
    #: What the job was told after this event, which was set aside meanwhile.
    later: Sequence[AcceptedEvent] = ()
    #: The life of the job to which the event belongs is over.
    over: bool = False
    #: It is an act, and the job was in no state for it.
    vain: bool = False

    @property
    def beside(self) -> bool:
        """Whether nothing of it is kept."""
        return self.over or self.accepted.beside

    @property
    def is_kept(self) -> bool:
        """Whether something of it stays with its job."""
        return not (self.subject is None or self.subject.removed or self.beside)

    @property
    def ends(self) -> bool:
        """Whether the job is removed by this event, after its callbacks are planned."""
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
        """The job once all that the event causes is planned."""
        if self.subject is None or not (self.ends or self.later):
            return self.subject
        job = self.subject.job
        for told in self.later:
            job = _changed(job, told) or job
        return replace(self.subject, job=job, removed=self.subject.removed or self.ends)

    @property
    def told(self) -> list[AcceptedEvent]:
        """What the job's items and instances are told, in order; no act that is in vain."""
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
    stored: Mapping[int, KnownJob],
    binding_at: Callable[[int], int],
    later: Mapping[int, Sequence[AcceptedEvent]] = NOTHING,
) -> list[Step]:
    """Give one step for each event, in order.

    Takes the jobs as they are stored, what gives the configuration of a job that begins with
    the event of a sequence, and what was told after events that were set aside.
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
    """The job after the event, or after the act; None when it is in no state for that."""
    if accepted.act is None:
        return after_event(job, accepted.event)
    changed = job_after_act(job, accepted.act)
    return None if changed is None else stamped(changed, accepted.event)


def _in_its_place(
    step: Step, later: Sequence[AcceptedEvent], binding_at: Callable[[int], int]
) -> Step:
    """The step of an event that was set aside while its job was told more."""
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
    """Give what an event or act that is not in vain makes of its job's items and instances."""
    if accepted.act is not None:
        return moves(accepted.act)
    return part_changes_of(accepted.event)


def fold(
    stored: KnownJob | None,
    parts: Parts,
    waiting: Iterable[AcceptedEvent],
    later: Mapping[int, Sequence[AcceptedEvent]] = NOTHING,
) -> KnownJob | None:
    """Give a job as it is after records that are accepted and not planned yet, in order.

    Takes the job as it is stored, its items and instances, which are changed in place, and
    what was told after events that were set aside. What it is bound to is decided at
    planning and not here.
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
    """Give a job with its items and instances; these are not among its fields."""
    job = without_parts(known.job)
    return JobRecord(job, tuple(parts.items.values()), tuple(parts.instances.values()))
