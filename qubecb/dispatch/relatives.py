"""The attached jobs at one moment of a batch, found by parent and by process group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from qubecb.dispatch.lives import Step
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.jobs import Job
from qubecb.jobs.ids import JobId, in_order


class Relatives:
    """Attached jobs by parent and by process group."""

    def __init__(self, jobs: Iterable[KnownJob]) -> None:
        self._jobs: dict[JobId, KnownJob] = {}
        self._by_parent: dict[JobId, set[JobId]] = defaultdict(set)
        self._by_group: dict[JobId, set[JobId]] = defaultdict(set)
        for job in jobs:
            self.put(job)

    def put(self, known: KnownJob) -> None:
        """Update a job; one that is removed or not bound is no longer attached."""
        self.drop(known.job.id)
        if known.removed or known.binding is None:
            return
        job = known.job
        self._jobs[job.id] = known
        self._by_group[job.pgrp].add(job.id)
        if job.parent is not None:
            self._by_parent[job.parent].add(job.id)

    @contextmanager
    def seen(self, step: Step) -> Iterator[None]:
        """Within the block, the event's job is as its callbacks see it; afterwards, as it then is."""
        subject, after = step.subject, step.after
        if subject is None or after is None:
            yield
            return
        before = self._jobs.get(subject.job.id)
        self.put(subject)
        yield
        if not step.beside:
            if after is not subject:
                self.put(after)
        elif before is None:
            self.drop(subject.job.id)
        else:
            self.put(before)

    @property
    def jobs(self) -> Iterator[Job]:
        """Every attached job that was read, in no order."""
        return (known.job for known in self._jobs.values())

    def children(self, parent: JobId) -> Iterator[KnownJob]:
        """Give the attached jobs whose parent this is, in order of id."""
        return self._sorted(self._by_parent.get(parent, ()))

    def group(self, pgrp: JobId) -> Iterator[KnownJob]:
        """Give the attached jobs of a process group, in order of id."""
        return self._sorted(self._by_group.get(pgrp, ()))

    def all(self) -> Iterator[KnownJob]:
        """Give every attached job that was read, in order of id."""
        return self._sorted(self._jobs)

    def _sorted(self, ids: Iterable[JobId]) -> Iterator[KnownJob]:
        return (self._jobs[each] for each in sorted(ids, key=in_order))

    def drop(self, job_id: JobId) -> None:
        """Drop a job that is no longer attached."""
        old = self._jobs.pop(job_id, None)
        if old is None:
            return
        self._by_group[old.job.pgrp].discard(job_id)
        if old.job.parent is not None:
            self._by_parent[old.job.parent].discard(job_id)
