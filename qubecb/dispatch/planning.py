"""Decides what a batch of events causes. It reads through the port and writes nothing.

1. Read the facts: what each event makes of its job (lives), and the other jobs that the
   events may concern (facts).
2. In order of acceptance, judge which event specs each event satisfies, and for which attached
   jobs (judging).
3. Read what these jobs remember, and what is paused.
4. In the same order, add the satisfied event specs to what is remembered; each trigger that
   becomes true fires (progress).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.facts import BindingMode, Facts, read
from qubecb.dispatch.index import Indexes
from qubecb.dispatch.judging import Hit, Judge, judge
from qubecb.dispatch.lives import Step
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob, Memory, ProgressKey
from qubecb.dispatch.ports.reading import Reading
from qubecb.dispatch.ports.runs import PlannedRun, Satisfied
from qubecb.dispatch.ports.timers import Timer
from qubecb.dispatch.progress import Progress
from qubecb.dispatch.suppression import Suppression
from qubecb.dispatch.timers import timers_of
from qubecb.jobs.ids import JobId


@dataclass(slots=True)
class Plan:
    """What a batch causes, to be written in this order."""

    events: Sequence[AcceptedEvent]
    #: Jobs whose memory and timers are dropped before anything below is stored.
    forgotten: set[JobId] = field(default_factory=set)
    jobs: dict[JobId, KnownJob] = field(default_factory=dict)
    #: The events of these jobs, without those of removed jobs.
    told: list[AcceptedEvent] = field(default_factory=list)
    progress: dict[ProgressKey, Memory] = field(default_factory=dict)
    #: New timers by job.
    timers: dict[JobId, list[Timer]] = field(default_factory=dict)
    #: Jobs that are done: their intervals end.
    done: set[JobId] = field(default_factory=set)
    runs: list[PlannedRun] = field(default_factory=list)
    #: By sequence: what a person should know about an event.
    remarks: dict[int, str] = field(default_factory=dict)
    #: By sequence: why an event cannot be judged. It is not among `events`.
    aside: dict[int, str] = field(default_factory=dict)


class _Fired(NamedTuple):
    """A hit by which a trigger becomes true, and which events satisfied the specs of an `&&`."""

    hit: Hit
    satisfied_by: tuple[Satisfied, ...]


@dataclass(slots=True)
class Planner:
    """Plans batches; it keeps the indexes of bindings in use from one batch to the next."""

    mode: BindingMode = "submission"
    #: An event that fires one callback for more attached jobs than this gets a remark.
    crowd: int = 1000
    judging: Judge = judge
    indexes: Indexes = field(default_factory=Indexes)

    def plan(
        self,
        events: Sequence[AcceptedEvent],
        reading: Reading,
        qb_conf: QubConf,
        now: float,
    ) -> Plan:
        """Decide what these events cause, in their order.

        Takes the current qb.conf, for its language flags, and the current time (Unix seconds).
        """
        facts = read(events, reading, self.indexes, self.mode)
        found = list(self.judging(facts))
        plan = Plan(events)
        _follow_lives(plan, facts, now)
        progress = Progress(_remembered(found, reading))
        suppression = Suppression(reading.pauses(), qb_conf, now)
        for step, hits in found:
            fire = _would_fire if step.beside else _fired
            fired = list(fire(step, hits, progress))
            plan.runs += [_run(step, each, suppression) for each in fired]
            self._remark(plan, step, fired)
        plan.progress = progress.changes()
        return plan

    def _remark(self, plan: Plan, step: Step, fired: Sequence[_Fired]) -> None:
        """Say so when an event fires a callback for a crowd of jobs."""
        if len(fired) <= self.crowd:
            return
        counts = Counter(each.hit.mapping.key.file for each in fired)
        crowds = [
            f"fires {file} for {count} attached jobs"
            for file, count in sorted(counts.items())
            if count > self.crowd
        ]
        if crowds:
            plan.remarks[step.accepted.sequence] = "; ".join(crowds)


def _follow_lives(plan: Plan, facts: Facts, now: float) -> None:
    """Add to the plan which jobs begin, are done, or are removed."""
    for step in facts.steps:
        after = step.after
        if after is None or not step.is_kept:
            continue
        job = after.job.id
        plan.jobs[job] = after
        plan.told += step.told
        if step.begins or step.ends:
            plan.timers.pop(job, None)
            plan.done.discard(job)
            if job in facts.stored:
                plan.forgotten.add(job)
        if step.begins and not step.ends:
            index = facts.configurations.of(after)
            timers = list(timers_of(job, index, now))
            plan.timers.update({job: timers} if timers else {})
        if step.done and not step.ends:
            plan.done.add(job)


def _remembered(
    found: Iterable[tuple[Step, Sequence[Hit]]], reading: Reading
) -> dict[ProgressKey, Memory]:
    """The stored memory that the batch needs."""
    jobs = {
        hit.job for _, hits in found for hit in hits if hit.mapping.trigger.needs_memory
    }
    return dict(reading.progress(jobs)) if jobs else {}


def _fired(step: Step, hits: Iterable[Hit], progress: Progress) -> Iterator[_Fired]:
    """The hits by which a trigger becomes true; forgets the memory of a job that begins or ends."""
    if step.begins and step.subject is not None:
        progress.forget(step.subject.job.id)
    sequence = step.accepted.sequence
    for hit in hits:
        by = progress.fires(hit.job, hit.mapping, hit.specs, sequence)
        if by is not None:
            yield _Fired(hit, by)
    if step.ends and step.subject is not None:
        progress.forget(step.subject.job.id)


def _would_fire(
    step: Step, hits: Iterable[Hit], progress: Progress
) -> Iterator[_Fired]:
    """The same for a test fire of one mapping, which changes no memory."""
    begun = step.subject.job.id if step.begins and step.subject is not None else None
    sequence = step.accepted.sequence
    for hit in hits:
        fresh = hit.job == begun
        by = progress.would_fire(hit.job, hit.mapping, hit.specs, sequence, fresh)
        if by is not None:
            yield _Fired(hit, by)


def _run(step: Step, fired: _Fired, suppression: Suppression) -> PlannedRun:
    hit, satisfied_by = fired
    mapping = hit.mapping
    pause = suppression.pause(mapping.key)
    return PlannedRun(
        sequence=step.accepted.sequence,
        job=hit.job,
        key=mapping.key,
        trigger=mapping.trigger.text,
        revision=mapping.revision,
        suppressed=suppression.reason(mapping.key),
        pause=pause.id if pause else None,
        satisfied_by=satisfied_by,
    )
