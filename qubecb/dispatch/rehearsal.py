"""Plans recorded events again with the dispatcher's own code, and writes nothing.

Jobs, memory and timers are kept in memory; everything else that decides is asked of the past, and
records are read as they are needed. A timer that fired in the past comes as its record. Only a
timer without a record, which an edit brought, fires here when it is due.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, islice, takewhile
from math import inf

from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.dispatch.judging import Judge, judge
from qubecb.dispatch.past import Past, Record
from qubecb.dispatch.ports.configuration import Binding, InForce, Pause
from qubecb.dispatch.ports.events import AcceptedEvent, Previous
from qubecb.dispatch.ports.jobs import KnownJob, Memory, ProgressKey
from qubecb.dispatch.ports.planning import Planning
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.dispatch.ports.timers import Timer, TimerKey
from qubecb.dispatch.recorded_timers import RecordedTimers
from qubecb.dispatch.relatives import Relatives
from qubecb.dispatch.schedule import Schedule
from qubecb.durations import DAY
from qubecb.events import Event
from qubecb.jobs.ids import JobId

#: Records that are planned in one batch at most.
BATCH = 500


def rehearse(
    past: Past, settings: DispatchSettings, attached_days: float = 30
) -> Rehearsal:
    """Plan the records of the past again; give what they cause.

    Takes for how many days after its last event a job stays attached. Of the settings,
    `qb_conf` does not count: the past knows its flags.
    """
    rehearsal = Rehearsal(past, attached_days)
    for _ in gone_through(rehearsal, past, settings):
        pass
    return rehearsal


def gone_through(
    rehearsal: Rehearsal,
    past: Past,
    settings: DispatchSettings,
    judging: Judge = judge,
) -> Iterator[float]:
    """Plan the records again, a batch at a time; give the moment after each."""
    settings = replace(settings, qb_conf=lambda: past.flags_at(rehearsal.now))
    dispatcher = Dispatcher(rehearsal, settings, lambda: rehearsal.now, judging)
    while rehearsal.goes_on():
        dispatcher.tick()
        while dispatcher.step(BATCH) or dispatcher.tick():
            pass
        yield rehearsal.now


class Rehearsal:
    """A DispatchStore whose only transaction is itself: see Planning for its methods.

    Takes the past, for how many days after its last event a job stays attached, and when (Unix
    seconds, in order) the dispatcher looks at its timers though nothing is planned.
    """

    def __init__(
        self, past: Past, attached_days: float = 30, looks: Iterable[float] = ()
    ) -> None:
        #: The past time at which events are judged now, in Unix seconds.
        self.now = 0.0
        self.known: dict[JobId, KnownJob] = {}
        self.memory: dict[JobId, dict[ProgressKey, Memory]] = {}
        #: The timers, and which of them the past has records of.
        self.timers = Schedule()
        self._recorded = RecordedTimers(self.timers, past.of_timers)
        self.runs: list[PlannedRun] = []
        self.remarks: dict[int, str] = {}
        self.aside: dict[int, str] = {}
        self._past = past
        self._kept_for = attached_days * DAY
        self._looks = deque(looks)
        self._records = iter(past.records())
        #: Records that are read and not planned yet.
        self._waiting: deque[Record] = deque()
        #: The highest sequence of what was planned.
        self.newest = 0
        #: The records of the batch.
        self.taken: list[Record] = []
        #: When each job of the batch had its last event.
        self._told_at: dict[JobId, float] = {}
        #: The same for every attached job, in this order.
        self._last_event: OrderedDict[JobId, float] = OrderedDict()
        self._relatives = Relatives(())
        self._bindings: set[int] = set()

    def goes_on(self) -> bool:
        """Go on to the next moment: something was planned, or a timer fired or is due."""
        moment = self._next_moment()
        if moment is None:
            return False
        timers = self._recorded.due(moment)
        due = [each.due for each in timers if each.due > self.now]
        self.now = min(due) if due else moment
        self._forget_old()
        if not due:
            self.now = self._end_of_batch(moment)
        return True

    @contextmanager
    def planning(self) -> Iterator[Planning]:
        yield self

    def next_timer(self) -> float | None:
        return self.timers.next()

    def last_event(self, job: JobId) -> float | None:
        """Give when a job had its last event so far."""
        return self._last_event.get(job)

    # What is read.

    def take(self, limit: int) -> Sequence[AcceptedEvent]:
        self._read_ahead(limit)
        due = takewhile(lambda each: each.planned_at <= self.now, self._waiting)
        self.taken = list(islice(due, limit))
        real = (each for each in self.taken if not each.accepted.beside)
        self._told_at = {each.accepted.event.job.id: each.planned_at for each in real}
        return [each.accepted for each in self.taken]

    def ready(self, events: Sequence[AcceptedEvent]) -> Sequence[AcceptedEvent]:
        return events

    def jobs(self, ids: Collection[JobId]) -> Mapping[JobId, KnownJob]:
        return {each: self.known[each] for each in ids if each in self.known}

    def children(self, parents: Collection[JobId]) -> Sequence[KnownJob]:
        return [*chain.from_iterable(map(self._relatives.children, parents))]

    def groups(self, pgrps: Collection[JobId]) -> Sequence[KnownJob]:
        return [*chain.from_iterable(map(self._relatives.group, pgrps))]

    def attached(self, bindings: Collection[int]) -> Sequence[KnownJob]:
        return [each for each in self._relatives.all() if each.binding in bindings]

    def bindings_in_use(self) -> Collection[int]:
        return self._bindings

    def in_force(self) -> InForce:
        return self._past.in_force_at(self.now)

    def binding_at(self, sequence: int) -> int:
        return self._past.binding_at(sequence)

    def binding(self, binding_id: int) -> Binding:
        return self._past.binding(binding_id)

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        return self._past.previous(events)

    def later(
        self, events: Sequence[AcceptedEvent]
    ) -> Mapping[int, Sequence[AcceptedEvent]]:
        return {each.sequence: self._past.told_after(each, self.now) for each in events}

    def pauses(self) -> Sequence[Pause]:
        return self._past.pauses_at(self.now)

    def progress(self, jobs: Collection[JobId]) -> Mapping[ProgressKey, Memory]:
        found = (self.memory.get(job, {}) for job in jobs)
        return {key: specs for each in found for key, specs in each.items()}

    def due_timers(self, now: float, limit: int) -> Sequence[Timer]:
        self._recorded.go_to(now)
        return self._recorded.due(now)[:limit]

    # What would be written.

    def save_jobs(
        self, jobs: Iterable[KnownJob], events: Iterable[AcceptedEvent]
    ) -> None:
        told_at = self._told_at
        for known in sorted(jobs, key=lambda one: told_at.get(one.job.id, self.now)):
            job = known.job.id
            self.known[job] = known
            self._last_event[job] = told_at.get(job, self.now)
            self._last_event.move_to_end(job)
            self._relatives.put(known)
            if known.binding is not None:
                self._bindings.add(known.binding)

    def save_progress(self, changes: Mapping[ProgressKey, Memory]) -> None:
        for key, specs in changes.items():
            if specs:
                self.memory.setdefault(key.job, {})[key] = specs
            elif key.job in self.memory:
                self.memory[key.job].pop(key, None)

    def forget_jobs(self, jobs: Collection[JobId]) -> None:
        self.timers.forget(jobs)
        for job in jobs:
            self.memory.pop(job, None)

    def add_timers(self, timers: Iterable[Timer]) -> None:
        self.timers.add(timers)

    def end_repeats(self, jobs: Collection[JobId]) -> None:
        self.timers.end_repeats(jobs)

    def drop_timers(self, keys: Iterable[TimerKey]) -> None:
        self.timers.drop(keys)

    def pull_back_repeats(self, now: float) -> None:
        self.timers.pull_back(now)

    def fire_timer(self, timer: Timer, event: Event, next_due: float | None) -> None:
        """It gets the sequence of the newest record, and comes after it."""
        self.timers.set_due(timer, next_due)
        made = AcceptedEvent(self.newest, event, "timer", only=timer.key.only)
        self._waiting.appendleft(Record(made, self.now))

    def queue(self, runs: Iterable[PlannedRun]) -> None:
        self.runs += runs

    def planned(
        self, events: Iterable[AcceptedEvent], remarks: Mapping[int, str]
    ) -> None:
        self.remarks.update(remarks)
        for accepted in events:
            self._go_past(accepted)

    def set_aside(self, reasons: Mapping[int, str]) -> None:
        self.aside.update(reasons)
        for accepted in self.take(len(reasons)):
            self._go_past(accepted)

    # How.

    def _read_ahead(self, count: int) -> None:
        """Read records until so many wait, if there are so many."""
        self._waiting.extend(islice(self._records, max(0, count - len(self._waiting))))

    def _next_moment(self) -> float | None:
        """When the dispatcher is next known to have looked at the clock; None: never again."""
        self._read_ahead(1)
        planned = [self._waiting[0].planned_at] if self._waiting else []
        fired = self._recorded.next_time()
        known = planned if fired is None else [*planned, fired]
        while self._looks and self._looks[0] <= self.now:
            self._looks.popleft()
        return min([*known, *islice(self._looks, 1)], default=None)

    def _end_of_batch(self, moment: float) -> float:
        """How far a batch may go on that begins at a moment: nothing that decides changes.

        An event that was set aside is judged by what had been planned before it.
        """
        same = self._past.same_until(moment)
        if same <= moment:
            return moment
        oldest = next(iter(self._last_event.values()), moment)
        same = min(same, oldest + self._kept_for)
        self._read_ahead(BATCH)
        before = next((e.planned_at for e in self._waiting if e.accepted.again), inf)
        together = takewhile(
            lambda each: each.planned_at <= same and each.planned_at < before,
            self._waiting,
        )
        return max((each.planned_at for each in together), default=moment)

    def _forget_old(self) -> None:
        """Drop jobs that are no longer attached."""
        while self._last_event:
            job, at = next(iter(self._last_event.items()))
            if at >= self.now - self._kept_for:
                return
            del self._last_event[job]
            self._relatives.drop(job)

    def _go_past(self, accepted: AcceptedEvent) -> None:
        self._waiting.popleft()
        self.newest = max(self.newest, accepted.sequence)
        self._recorded.go_past(accepted)
