"""A complete dispatch store in memory, for tests.

It keeps every guarantee of `qubecb.dispatch.ports` except that it is not on disk; the same
contract tests run against it and against the store on the ORM. Beside the port it has what
the rest of the system does to a store (accept events, bring a configuration in force, pause)
and what a test looks at (jobs, memory, runs, remarks).

    store = MemoryStore()
    store.configure(bound("/callbacks", {"mail.qcb": "done-job-self"}))
    store.accept(event)
    Dispatcher(store, DispatchSettings(), clock).step()
    assert [run.key.file for run in store.runs] == ["mail.qcb"]
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from qubecb.conffile.meaning import EffectiveMapping
from qubecb.dispatch.ports.configuration import (
    Binding,
    BoundDirectory,
    InForce,
    MappingKey,
    Pause,
)
from qubecb.dispatch.ports.events import AcceptedEvent, Previous
from qubecb.dispatch.ports.jobs import KnownJob, Memory, ProgressKey
from qubecb.dispatch.ports.planning import Planning
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.dispatch.ports.timers import Timer, TimerKey
from qubecb.dispatch.timers import pulled_back
from qubecb.durations import DAY
from qubecb.events import TIME_TYPES, Event
from qubecb.jobs import Act
from qubecb.jobs.ids import JobId

K = TypeVar("K")
V = TypeVar("V")


def bound(
    directory: str, triggers: Mapping[str, str], revision: int = 1
) -> BoundDirectory:
    """Give a callback directory whose lines are these files and triggers, in order."""
    mappings = tuple(
        EffectiveMapping(file, trigger, line)
        for line, (file, trigger) in enumerate(triggers.items(), 1)
    )
    return BoundDirectory(directory, revision, mappings)


class MemoryStore:
    """A DispatchStore whose state is in plain attributes, to be read and never written.

    Takes the clock that says when a job had an event, and for how many days after its last
    one a job stays attached.
    """

    def __init__(
        self, clock: Callable[[], float] = time.time, attached_days: float = 30
    ) -> None:
        self.clock = clock
        self.attached_days = attached_days
        self.events: list[AcceptedEvent] = []
        self.jobs: dict[JobId, KnownJob] = {}
        #: When each job had its last event, Unix seconds.
        self.last_event: dict[JobId, float] = {}
        #: The events of each job in the life that it is in, as the dispatcher told them.
        self.told: dict[JobId, list[AcceptedEvent]] = {}
        self.memory: dict[ProgressKey, Memory] = {}
        #: Every timer with when it is due next, or None: never again.
        self.timers: dict[TimerKey, tuple[Timer, float | None]] = {}
        self.runs: list[PlannedRun] = []
        self.remarks: dict[int, str] = {}
        self.pauses: list[Pause] = []
        self.bindings: dict[int, Binding] = {1: Binding(1, ())}
        #: What was in force, from which place in the order of acceptance.
        self.in_force: list[InForce] = [InForce(1)]
        self.waiting: dict[int, AcceptedEvent] = {}
        #: Why events are set aside, by sequence.
        self.aside: dict[int, str] = {}
        self.subjects: dict[tuple[JobId, str, str | None], list[Previous]] = (
            defaultdict(list)
        )
        self.by_parent: dict[JobId, set[JobId]] = defaultdict(set)
        self.by_group: dict[JobId, set[JobId]] = defaultdict(set)
        self.by_binding: dict[int, set[JobId]] = defaultdict(set)
        self._ids: set[str] = set()
        self._lock = threading.RLock()

    def accept(
        self,
        event: Event,
        source: str = "api",
        depth: int = 0,
        only: MappingKey | None = None,
        test: bool = False,
        act: Act | None = None,
    ) -> int | None:
        """Accept an event; give its sequence, or None when its id was accepted before."""
        with self._lock:
            if event.id in self._ids:
                return None
            sequence = len(self.events) + 1
            accepted = AcceptedEvent(
                sequence, event, source, depth, only, test, act=act
            )
            self._ids.add(event.id)
            self.events.append(accepted)
            self.waiting[sequence] = accepted
            if not accepted.beside:
                self.subjects[_subject(event)].append(Previous(sequence, event.name))
            return sequence

    def unaccept(self, sequence: int) -> None:
        """Take back the last acceptance, which its transaction did not survive."""
        accepted = self.events.pop()
        event = accepted.event
        self._ids.discard(event.id)
        if not accepted.beside:
            self.subjects[_subject(event)].pop()
        del self.waiting[sequence]

    def plan_again(self, *sequences: int) -> None:
        """Let events that are set aside be planned, each at its own place."""
        with self._lock:
            for sequence in sequences:
                del self.aside[sequence]
                accepted = self.events[sequence - 1]
                self.waiting[sequence] = replace(accepted, again=True)
            self.waiting = dict(sorted(self.waiting.items()))

    def configure(self, *directories: BoundDirectory) -> int:
        """Put these directories in force for later events; give the binding's id."""
        with self._lock:
            binding = len(self.bindings) + 1
            self.bindings[binding] = Binding(binding, directories)
            self.in_force.append(InForce(binding, after=len(self.events)))
            return binding

    def pause(self, pause: Pause) -> None:
        """Stop callbacks, at once and whatever jobs are bound to."""
        self.pauses.append(pause)

    def resume(self, pause: Pause) -> None:
        """Take a pause back."""
        self.pauses.remove(pause)

    @contextmanager
    def planning(self) -> Iterator[Planning]:
        """Open one transaction; an exception takes all of it back."""
        with self._lock:
            planning = _MemoryPlanning(self)
            try:
                yield planning
            except BaseException:  # as a database does
                planning.undo()
                raise

    def next_timer(self) -> float | None:
        """Give when the next timer is due, or None."""
        with self._lock:
            due = [when for _, when in self.timers.values() if when is not None]
            return min(due, default=None)


class _MemoryPlanning:
    """One transaction of a MemoryStore; each write notes how to take it back."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._undo: list[Callable[[], object]] = []

    def undo(self) -> None:
        """Take back everything, the last first."""
        for step in reversed(self._undo):
            step()
        self._store.waiting = dict(sorted(self._store.waiting.items()))

    # What is read.

    def take(self, limit: int) -> Sequence[AcceptedEvent]:
        return list(islice(self._store.waiting.values(), limit))

    def ready(self, events: Sequence[AcceptedEvent]) -> Sequence[AcceptedEvent]:
        return events

    def jobs(self, ids: Collection[JobId]) -> Mapping[JobId, KnownJob]:
        found = self._store.jobs
        return {each: found[each] for each in ids if each in found}

    def children(self, parents: Collection[JobId]) -> Sequence[KnownJob]:
        return self._attached(self._store.by_parent, parents)

    def groups(self, pgrps: Collection[JobId]) -> Sequence[KnownJob]:
        return self._attached(self._store.by_group, pgrps)

    def attached(self, bindings: Collection[int]) -> Sequence[KnownJob]:
        return self._attached(self._store.by_binding, bindings)

    def bindings_in_use(self) -> Collection[int]:
        return {key for key, jobs in self._store.by_binding.items() if jobs}

    def in_force(self) -> InForce:
        return self._store.in_force[-1]

    def binding_at(self, sequence: int) -> int:
        older = [each for each in self._store.in_force if each.after < sequence]
        return older[-1].binding

    def binding(self, binding_id: int) -> Binding:
        return self._store.bindings[binding_id]

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        found = {}
        for accepted in events:
            line = self._store.subjects[_subject(accepted.event)]
            place = bisect_left(line, accepted.sequence, key=lambda each: each.sequence)
            if place:
                found[accepted.sequence] = line[place - 1]
        return found

    def later(
        self, events: Sequence[AcceptedEvent]
    ) -> Mapping[int, Sequence[AcceptedEvent]]:
        return {each.sequence: self._told_after(each) for each in events}

    def _told_after(self, accepted: AcceptedEvent) -> list[AcceptedEvent]:
        store = self._store
        return [
            each
            for each in store.events[accepted.sequence :]
            if each.event.job.id == accepted.event.job.id
            and each.sequence not in store.waiting
            and each.sequence not in store.aside
            and not (each.beside or each.event.type in TIME_TYPES)
        ]

    def pauses(self) -> Sequence[Pause]:
        now = self._store.clock()
        return [
            each
            for each in self._store.pauses
            if each.until is None or now < each.until
        ]

    def progress(self, jobs: Collection[JobId]) -> Mapping[ProgressKey, Memory]:
        memory = self._store.memory
        return {key: specs for key, specs in memory.items() if key.job in jobs}

    def due_timers(self, now: float, limit: int) -> Sequence[Timer]:
        due = [
            replace(timer, due=when)
            for timer, when in self._store.timers.values()
            if when is not None and when <= now
        ]
        return sorted(due, key=lambda timer: timer.due)[:limit]

    # What is written.

    def pull_back_repeats(self, now: float) -> None:
        for key, (timer, due) in list(self._store.timers.items()):
            if due is not None:
                moved = pulled_back(replace(timer, due=due), now)
                self._set(self._store.timers, key, (timer, moved))

    def save_jobs(
        self, jobs: Iterable[KnownJob], events: Iterable[AcceptedEvent]
    ) -> None:
        saved = {known.job.id: known for known in jobs}
        for job_id, known in saved.items():
            before = self._store.jobs.get(job_id)
            if before is None or known.since > before.since:
                self._set(self._store.told, job_id, [])
            self._undo.append(partial(self._file, known, before))
            self._file(before, known)
            self._set(self._store.jobs, job_id, known)
            self._set(self._store.last_event, job_id, self._store.clock())
        for accepted in events:
            job_id = accepted.event.job.id
            if job_id in saved and accepted.sequence >= saved[job_id].since:
                told = self._store.told[job_id]
                told.append(accepted)
                self._undo.append(told.pop)

    def save_progress(self, changes: Mapping[ProgressKey, Memory]) -> None:
        for key, specs in changes.items():
            self._set(self._store.memory, key, specs or None)

    def forget_jobs(self, jobs: Collection[JobId]) -> None:
        for key in [key for key in self._store.memory if key.job in jobs]:
            self._set(self._store.memory, key, None)
        self.drop_timers([key for key in self._store.timers if key.job in jobs])

    def add_timers(self, timers: Iterable[Timer]) -> None:
        for timer in timers:
            if timer.key not in self._store.timers:
                self._set(self._store.timers, timer.key, (timer, timer.due))

    def end_repeats(self, jobs: Collection[JobId]) -> None:
        for key, (timer, _) in list(self._store.timers.items()):
            if key.job in jobs and key.type == "repeat":
                self._set(self._store.timers, key, (timer, None))

    def drop_timers(self, keys: Iterable[TimerKey]) -> None:
        for key in keys:
            self._set(self._store.timers, key, None)

    def fire_timer(self, timer: Timer, event: Event, next_due: float | None) -> None:
        self._set(self._store.timers, timer.key, (timer, next_due))
        sequence = self._store.accept(event, source="timer", only=timer.key.only)
        if sequence is not None:
            self._undo.append(partial(self._store.unaccept, sequence))

    def queue(self, runs: Iterable[PlannedRun]) -> None:
        count = len(self._store.runs)
        self._undo.append(lambda: self._store.runs.__delitem__(slice(count, None)))
        self._store.runs.extend(runs)

    def planned(
        self, events: Iterable[AcceptedEvent], remarks: Mapping[int, str]
    ) -> None:
        for accepted in events:
            self._set(self._store.waiting, accepted.sequence, None)
        for sequence, remark in remarks.items():
            self._set(self._store.remarks, sequence, remark)

    def set_aside(self, reasons: Mapping[int, str]) -> None:
        for sequence, reason in reasons.items():
            self._set(self._store.waiting, sequence, None)
            self._set(self._store.aside, sequence, reason)

    # How.

    def _attached(
        self, index: Mapping[Any, set[JobId]], wanted: Collection[Any]
    ) -> list[KnownJob]:
        store = self._store
        oldest = store.clock() - store.attached_days * DAY
        ids: set[JobId] = set().union(*(index.get(each, set()) for each in wanted))
        return [store.jobs[each] for each in ids if store.last_event[each] >= oldest]

    def _set(self, table: dict[K, V], key: K, value: V | None) -> None:
        """Put a value, or take it away with None, and note how to take that back."""
        before = table.get(key)
        self._undo.append(lambda: _put(table, key, before))
        _put(table, key, value)

    def _file(self, before: KnownJob | None, after: KnownJob | None) -> None:
        """Let a job be found by its parent, group and binding as they are now."""
        for known, put in ((before, set.discard), (after, set.add)):
            if known is None or known.removed or known.binding is None:
                continue
            put(self._store.by_group[known.job.pgrp], known.job.id)
            put(self._store.by_binding[known.binding], known.job.id)
            if known.job.parent is not None:
                put(self._store.by_parent[known.job.parent], known.job.id)


def _subject(event: Event) -> tuple[JobId, str, str | None]:
    return event.job.id, event.type, event.extra


def _put(table: dict[K, V], key: K, value: V | None) -> None:
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value
