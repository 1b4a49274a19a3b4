"""A whole farm in memory: jobs from events, verbs of the documentation, events from verbs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qubecb.events import Event
from qubecb.jobs import Job, JobRecord, apply_all, record_after_event
from qubecb.jobs.ids import JobId, in_order
from qubecb.runner.farm.arguments import matches
from qubecb.runner.farm.consequences import events_of
from qubecb.runner.farm.port import JobQuery


class MemoryFarm:
    """Implements Farm over records in memory.

    `records` holds the jobs by id, `removed` those that are gone (still found by id and by
    process group, as while their `removed` callbacks run), `events` what the actions
    meant, in order, ready to be dispatched.
    """

    def __init__(
        self, *jobs: Mapping[str, Any], clock: Callable[[], float] = time.time
    ) -> None:
        self.records: dict[JobId, JobRecord] = {}
        self.removed: dict[JobId, JobRecord] = {}
        self.events: list[Event] = []
        self._clock = clock
        self._lock = threading.Lock()
        for job in jobs:
            self.add(job)

    def add(self, job: Mapping[str, Any]) -> JobRecord:
        """Put a job in, in the shape in which it is sent: an `id` at least."""
        record = JobRecord.of(Job.from_dict(job))
        with self._lock:
            self.records[record.job.id] = record
        return record

    def take(self, event: Event) -> JobRecord:
        """Let an event change the job it is about, as the embedded farm does."""
        with self._lock:
            record = record_after_event(self.records.get(event.job.id), event)
            if (event.name, event.type) == ("removed", "job"):
                self.records.pop(event.job.id, None)
                self.removed[event.job.id] = record
            else:
                self.records[event.job.id] = record
        return record

    def jobinfo(self, query: JobQuery) -> Sequence[Mapping[str, Any]]:
        """Give the jobs that the query means, in order of their ids."""
        with self._lock:
            known = dict(self.records)
            if query.id or query.pgrp:
                known = {**self.removed, **known}
        infos = [known[number].info() for number in sorted(known, key=in_order)]
        return [info for info in infos if matches(query, info)]

    def act(
        self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
    ) -> Sequence[str | int]:
        """Apply a verb and keep the events that it means."""
        with self._lock:
            applied = apply_all(self.records, verb, targets, arguments)
            self.records.update(applied.records)
            for number in applied.removed:
                self.removed[number] = self.records.pop(number)
            self.events += events_of(applied.deeds, self._clock())
        return list(applied.affected)
