"""What the dispatcher would read if an event came next.

Only a limited number of other jobs is read; how many were left out is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.store.configuration import bindings, pauses
from dashboard.store.dispatch import memory
from dashboard.store.dispatch.planning import attached_since
from dashboard.store.jobs import storing as jobs
from dashboard.store.jobs.reading import jobs_by_id, last_before
from qubecb.dispatch.ports.configuration import Binding, InForce, Pause
from qubecb.dispatch.ports.events import AcceptedEvent, Previous
from qubecb.dispatch.ports.jobs import KnownJob, Memory, ProgressKey
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.jobs.ids import JobId


@dataclass(slots=True)
class Ahead:
    """The reading of the dispatcher for one event that has not happened. Implements Reading.

    Takes the event, and what the configuration in force says on disk.
    """

    event: Event
    in_force_now: Binding
    #: The job that is asked about, if it is not the event's own, or is described otherwise.
    asked: KnownJob | None
    #: Attached jobs to read for each of the three ways in which an event may concern others;
    #: 0 if nobody asks about others.
    most: int
    #: Attached jobs that were not read.
    left_out: int = 0
    #: Every other job that was read.
    seen: dict[JobId, KnownJob] = field(default_factory=dict)

    def jobs(self, ids: Collection[JobId]) -> Mapping[JobId, KnownJob]:
        """Give the stored jobs among these ids, and the job that is asked about as it was given."""
        if self.asked is None:
            return jobs_by_id(ids)
        asked = {self.asked.job.id: self.asked}
        return jobs_by_id(set(ids) - asked.keys()) | asked

    def bindings_in_use(self) -> Collection[int]:
        """Give the bindings of the jobs that are asked about."""
        if self.most:
            return jobs.bindings_in_use(attached_since())
        binding = self.asked.binding if self.asked else None
        return () if binding is None else (binding,)

    def in_force(self) -> InForce:
        """Give the configuration in force."""
        return InForce(self.in_force_now.id)

    def binding_at(self, sequence: int) -> int:
        """Give the configuration in force: nothing comes after the event."""
        return self.in_force_now.id

    def binding(self, binding_id: int) -> Binding:
        """Give a binding; the one in force as it is on disk."""
        current = self.in_force_now
        return current if binding_id == current.id else bindings.binding(binding_id)

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        """Give the last stored event of the same job, type and extra."""
        found = last_before(self.event)
        return {each.sequence: found for each in events} if found else {}

    def later(
        self, events: Sequence[AcceptedEvent]
    ) -> Mapping[int, Sequence[AcceptedEvent]]:
        """Give nothing: no event comes after this one."""
        return {}

    def pauses(self) -> Sequence[Pause]:
        return pauses.in_force()

    def progress(self, jobs: Collection[JobId]) -> Mapping[ProgressKey, Memory]:
        return memory.progress(jobs)

    def children(self, parents: Collection[JobId]) -> Sequence[KnownJob]:
        """Give the newest attached jobs whose parent is one of these."""
        return self._newest("pid", parents)

    def groups(self, pgrps: Collection[JobId]) -> Sequence[KnownJob]:
        """Give the newest attached jobs of these process groups."""
        return self._newest("pgrp", pgrps)

    def attached(self, bindings: Collection[int]) -> Sequence[KnownJob]:
        """Give the newest attached jobs that are bound to one of these bindings."""
        return self._newest("binding_id", bindings)

    def kin(self, job: Job, newest: int) -> list[Job]:
        """Give the jobs that a label may mean for a job: its process group, and its parent."""
        group = jobs.attached("pgrp", {job.pgrp}, attached_since(), newest=newest)
        parent = jobs_by_id({job.parent} if job.parent else ())
        return [each.job for each in (*group, *parent.values())]

    def whole_group(self, pgrp: JobId) -> Sequence[KnownJob]:
        """Give all attached jobs of a process group where one of their labels may decide."""
        if not isinstance(self.event.job.id, str):
            return ()
        return jobs.attached("pgrp", {pgrp}, attached_since())

    def _newest(self, column: str, values: Collection[JobId]) -> Sequence[KnownJob]:
        if not self.most:
            return ()
        since, own = attached_since(), self.event.job.id
        found = jobs.attached(column, values, since, newest=self.most + 2)
        others = [each for each in found if each.job.id != own]
        if len(others) > self.most:
            count = jobs.count_attached(column, values, since, other_than=own)
            self.left_out += count - self.most
            others = others[: self.most]
        self.seen.update((each.job.id, each) for each in others)
        return others
