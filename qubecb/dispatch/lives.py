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

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from qubecb.dispatch.ports import AcceptedEvent, KnownJob
from qubecb.events import DONE_NAMES, TIME_TYPES
from qubecb.jobs.after import after_event, is_submission

NOTHING: Mapping[int, Sequence[AcceptedEvent]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Step:
    """One event, and the job that it is about as its callbacks see it."""

    accepted: AcceptedEvent
    #: None for the times of the site, and for a timer whose job is not known.
    subject: KnownJob | None
    #: The job begins here: memory and timers of before go, new timers are set.
    begins: bool = False
    #: Whether it counts for the job's own callbacks.
    counts: bool = True
    #: What the job was told after this event, which was set aside meanwhile.
    later: Sequence[AcceptedEvent] = ()
    #: The life of the job to which the event belongs is over.
    over: bool = False

    @property
    def beside(self) -> bool:
        """Whether nothing of it is kept."""
        return self.over or self.accepted.beside

    @property
    def ends(self) -> bool:
        """Whether the job is removed by this event, after its callbacks are planned."""
        return self.counts and _is_removal(self.accepted)

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
            job = after_event(job, told.event)
        return replace(self.subject, job=job, removed=self.subject.removed or self.ends)


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
        if step.after is not None and not step.beside:
            known[step.after.job.id] = step.after
        steps.append(step)
    return steps


def _step(
    accepted: AcceptedEvent,
    before: KnownJob | None,
    binding_at: Callable[[int], int],
) -> Step:
    event = accepted.event
    if event.type in TIME_TYPES:
        return _time_step(accepted, before)
    submitted = is_submission(event)
    if before is None or (submitted and accepted.sequence > before.since):
        job, sequence = after_event(None, event), accepted.sequence
        return Step(
            accepted, KnownJob(job, binding_at(sequence), sequence), begins=True
        )
    if before.removed:
        return Step(accepted, before, counts=False)
    binding = before.binding
    if binding is None:
        binding = binding_at(accepted.sequence)
    since = min(before.since, accepted.sequence)
    after = KnownJob(after_event(before.job, event), binding, since)
    return Step(accepted, after, begins=before.binding is None)


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


def _time_step(accepted: AcceptedEvent, before: KnownJob | None) -> Step:
    """A timer changes no job; an interval counts until its job is done."""
    if before is None or before.removed or before.binding is None:
        return Step(accepted, before, counts=False)
    ended = accepted.event.type == "repeat" and before.job.status in DONE_NAMES
    return Step(accepted, before, counts=not ended)
