"""What an event that has not happened would fire for jobs other than its own.

The dispatcher's own reading and its own index find who fires; qubecb.dispatch.matching then
says why. Only so many jobs are looked at, and how many were not is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.store import bindings, jobs, memory, pauses
from dashboard.store.planning import attached_since
from dashboard.store.reading import jobs_by_id, last_before
from qubecb.dispatch.batch import Batch, BindingMode
from qubecb.dispatch.index import Indexes
from qubecb.dispatch.lives import Step
from qubecb.dispatch.matching import Match, Situation, match_mapping
from qubecb.dispatch.ports import (
    AcceptedEvent,
    Binding,
    InForce,
    KnownJob,
    Pause,
    Previous,
    ProgressKey,
)
from qubecb.dispatch.progress import Progress
from qubecb.dispatch.suppression import Suppression
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.jobs.job import LARGEST_ID


@dataclass(frozen=True, slots=True)
class Other:
    """What fires for another job, and the revision that the mapping comes from."""

    job: Job
    match: Match
    revision: int | None


@dataclass(slots=True)
class Ahead:
    """The reading of the dispatcher, were the event the next one. Implements Reading.

    Takes the event, what the configuration in force says on disk, and how many attached jobs
    are looked at in each of the three ways in which an event may concern others.
    """

    event: Event
    in_force_now: Binding
    most: int
    #: Attached jobs that were not looked at.
    left_out: int = 0
    #: Every other job that was looked at.
    seen: dict[int, KnownJob] = field(default_factory=dict)

    def jobs(self, ids: Collection[int]) -> Mapping[int, KnownJob]:
        """Give the stored jobs among these ids, removed ones included."""
        return jobs_by_id(ids)

    def bindings_in_use(self) -> Collection[int]:
        """Give the ids of all bindings that attached jobs are bound to."""
        return jobs.bindings_in_use(attached_since())

    def in_force(self) -> InForce:
        """Give the configuration in force."""
        return InForce(self.in_force_now.id)

    def binding_at(self, sequence: int) -> int:
        """Give the configuration in force, whenever it was: nothing comes after the event."""
        return self.in_force_now.id

    def binding(self, binding_id: int) -> Binding:
        """Give a binding; that in force as it is on disk."""
        current = self.in_force_now
        return current if binding_id == current.id else bindings.binding(binding_id)

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        """Give the last event of the same subject: none is stored after it."""
        found = last_before(self.event)
        return {each.sequence: found for each in events} if found else {}

    def later(
        self, events: Sequence[AcceptedEvent]
    ) -> Mapping[int, Sequence[AcceptedEvent]]:
        """Give what was told after the event: nothing."""
        return {}

    def pauses(self) -> Sequence[Pause]:
        """Give the pauses that have not ended."""
        return pauses.in_force()

    def progress(self, jobs: Collection[int]) -> Mapping[ProgressKey, frozenset[str]]:
        """Give the memory of these jobs."""
        return memory.progress(jobs)

    def children(self, parents: Collection[int]) -> Sequence[KnownJob]:
        """Give the newest attached jobs whose parent is one of these."""
        return self._newest("pid", parents)

    def groups(self, pgrps: Collection[int]) -> Sequence[KnownJob]:
        """Give the newest attached jobs of these process groups."""
        return self._newest("pgrp", pgrps)

    def attached(self, bindings: Collection[int]) -> Sequence[KnownJob]:
        """Give the newest attached jobs that are bound to one of these bindings."""
        return self._newest("binding_id", bindings)

    def _newest(self, column: str, values: Collection[int]) -> Sequence[KnownJob]:
        since, own = attached_since(), self.event.job.id
        found = jobs.attached(column, values, since, newest=self.most + 2)
        others = [each for each in found if each.job.id != own]
        if len(others) > self.most:
            count = jobs.count_attached(column, values, since, other_than=own)
            self.left_out += count - self.most
            others = others[: self.most]
        self.seen.update((each.job.id, each) for each in others)
        return others


def others(
    ahead: Ahead, mode: BindingMode, suppression: Suppression
) -> Iterator[Other]:
    """Give what the event would fire for attached jobs other than its own."""
    accepted = AcceptedEvent(LARGEST_ID, ahead.event)
    batch = Batch([accepted], ahead, Indexes(), mode)
    ((step, hits),) = batch.hits()
    concerned = [hit for hit in hits if hit.job in ahead.seen]
    remembered = ahead.progress({hit.job for hit in concerned})
    progress, previous = Progress(remembered), _previous(ahead, step)
    related = [each.job for each in (*ahead.seen.values(), *batch.stored.values())]
    for hit in concerned:
        if progress.would_fire(hit.job, hit.mapping, hit.specs, fresh=False):
            job, mapping = ahead.seen[hit.job].job, hit.mapping
            match = match_mapping(
                mapping.key.directory,
                mapping.written,
                Situation(ahead.event, job, related, previous, remembered),
                suppression,
            )
            yield Other(job, match, mapping.revision or None)


def _previous(ahead: Ahead, step: Step) -> str | None:
    """The name of the event before, in the life that the event's job is in."""
    found = last_before(ahead.event)
    since = step.subject.since if step.subject else 0
    return found.name if found and found.sequence >= since else None
