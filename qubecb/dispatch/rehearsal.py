"""Judges records again, writing nothing: the dispatcher's own code over what was recorded.

Jobs, memory and timers are in memory; whatever else decides is asked of the past. A timer that
fired in the past comes as its record. Only one for which no record stands fires here, when it
is due: an edit brought it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, islice, takewhile
from typing import TypeAlias

from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.dispatch.past import Past, Record, moments
from qubecb.dispatch.ports.configuration import Binding, InForce, MappingKey, Pause
from qubecb.dispatch.ports.events import AcceptedEvent, Previous
from qubecb.dispatch.ports.jobs import KnownJob, Memory, ProgressKey
from qubecb.dispatch.ports.planning import Planning
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.dispatch.ports.timers import Timer, TimerKey
from qubecb.dispatch.relatives import Relatives
from qubecb.dispatch.schedule import Schedule
from qubecb.dispatch.timers import next_due
from qubecb.events import TIME_TYPES, Event

DAY = 86400.0
_Subject: TypeAlias = tuple[int, str, str | None]
#: A timer as its record tells it: job, name, type, extra, and the mapping that it is for.
_Told: TypeAlias = tuple[int, str, str, str | None, MappingKey | None]


def rehearse(
    past: Past, settings: DispatchSettings, attached_days: float = 30
) -> Rehearsal:
    """Plan the records of the past again; give what they cause.

    Takes for how many days after its last event a job stays attached. Of the settings,
    `qb_conf` does not count: the past knows its flags.
    """
    rehearsal = Rehearsal(past, attached_days)
    settings = replace(settings, qb_conf=lambda: past.flags_at(rehearsal.now))
    dispatcher = Dispatcher(rehearsal, settings, lambda: rehearsal.now)
    while rehearsal.goes_on():
        dispatcher.tick()
        while dispatcher.step() or dispatcher.tick():
            pass
    return rehearsal


class Rehearsal:
    """A DispatchStore whose only transaction is itself: see Planning for its methods.

    Takes the past, and for how many days after its last event a job stays attached.
    """

    def __init__(self, past: Past, attached_days: float = 30) -> None:
        #: The moment of the past at which things are judged, in Unix seconds.
        self.now = 0.0
        self.known: dict[int, KnownJob] = {}
        self.memory: dict[int, dict[ProgressKey, Memory]] = defaultdict(dict)
        self.timers = Schedule()
        self.runs: list[PlannedRun] = []
        self.remarks: dict[int, str] = {}
        self.aside: dict[int, str] = {}
        self._past = past
        self._kept_for = attached_days * DAY
        self._waiting = deque(past.records())
        self._moments = deque(sorted(set(moments(self._waiting))))
        records = [each.accepted for each in self._waiting]
        self._subjects = _by_subject(records)
        fired = [each for each in records if each.source == "timer"]
        #: Records of timers in the order in which these fired, and those that have fired.
        self._to_fire = deque(sorted(fired, key=lambda each: each.event.time))
        self._fired: list[AcceptedEvent] = []
        #: How many records tell of each timer that has still to fire.
        self._to_come = Counter(map(_told, fired))
        self._planned: dict[int, list[AcceptedEvent]] = defaultdict(list)
        self._newest = 0
        self._last_event: dict[int, float] = {}
        self._relatives = Relatives(())
        self._bindings: set[int] = set()

    def goes_on(self) -> bool:
        """Go on to the next moment: something was planned, or a timer fired or is due."""
        if not self._moments:
            return False
        due = [each.due for each in self._due(self._moments[0]) if each.due > self.now]
        self.now = min(due) if due else self._moments.popleft()
        return True

    @contextmanager
    def planning(self) -> Iterator[Planning]:
        yield self

    def next_timer(self) -> float | None:
        return self.timers.next()

    # What is read.

    def take(self, limit: int) -> Sequence[AcceptedEvent]:
        due = takewhile(lambda each: each.planned_at <= self.now, self._waiting)
        return [each.accepted for each in islice(due, limit)]

    def ready(self, events: Sequence[AcceptedEvent]) -> Sequence[AcceptedEvent]:
        return events

    def jobs(self, ids: Collection[int]) -> Mapping[int, KnownJob]:
        return {each: self.known[each] for each in ids if each in self.known}

    def children(self, parents: Collection[int]) -> Sequence[KnownJob]:
        found = map(self._relatives.children, parents)
        return self._attached(chain.from_iterable(found))

    def groups(self, pgrps: Collection[int]) -> Sequence[KnownJob]:
        found = map(self._relatives.group, pgrps)
        return self._attached(chain.from_iterable(found))

    def attached(self, bindings: Collection[int]) -> Sequence[KnownJob]:
        everybody = self._relatives.all()
        return self._attached(each for each in everybody if each.binding in bindings)

    def bindings_in_use(self) -> Collection[int]:
        return self._bindings

    def in_force(self) -> InForce:
        return self._past.in_force_at(self.now)

    def binding_at(self, sequence: int) -> int:
        return self._past.binding_at(sequence)

    def binding(self, binding_id: int) -> Binding:
        return self._past.binding(binding_id)

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        found = {}
        for accepted in events:
            line = self._subjects[_subject(accepted.event)]
            place = bisect_left(line, accepted.sequence, key=lambda each: each.sequence)
            if place:
                found[accepted.sequence] = line[place - 1]
        return found

    def later(
        self, events: Sequence[AcceptedEvent]
    ) -> Mapping[int, Sequence[AcceptedEvent]]:
        return {each.sequence: self._told_after(each) for each in events}

    def pauses(self) -> Sequence[Pause]:
        return self._past.pauses_at(self.now)

    def progress(self, jobs: Collection[int]) -> Mapping[ProgressKey, Memory]:
        return {key: specs for job in jobs for key, specs in self.memory[job].items()}

    def due_timers(self, now: float, limit: int) -> Sequence[Timer]:
        while self._to_fire and self._to_fire[0].event.time <= now:
            self._fired.append(self._to_fire.popleft())
        self._fired = [each for each in self._fired if not self._has_moved(each)]
        return self._due(now)[:limit]

    # What would be written.

    def save_jobs(
        self, jobs: Iterable[KnownJob], events: Iterable[AcceptedEvent]
    ) -> None:
        for known in jobs:
            self.known[known.job.id] = known
            self._last_event[known.job.id] = self.now
            self._relatives.put(known)
            if known.binding is not None:
                self._bindings.add(known.binding)

    def save_progress(self, changes: Mapping[ProgressKey, Memory]) -> None:
        for key, specs in changes.items():
            self.memory[key.job][key] = specs

    def forget_jobs(self, jobs: Collection[int]) -> None:
        self.timers.forget(jobs)
        for job in jobs:
            self.memory.pop(job, None)

    def add_timers(self, timers: Iterable[Timer]) -> None:
        self.timers.add(timers)

    def end_repeats(self, jobs: Collection[int]) -> None:
        self.timers.end_repeats(jobs)

    def drop_timers(self, keys: Iterable[TimerKey]) -> None:
        self.timers.drop(keys)

    def pull_back_repeats(self, now: float) -> None:
        self.timers.pull_back(now)

    def fire_timer(self, timer: Timer, event: Event, next_due: float | None) -> None:
        """Its place in the order is that of the newest record, after which it comes."""
        self.timers.set_due(timer, next_due)
        only = _meant(timer.key)
        made = AcceptedEvent(self._newest, event, source="timer", only=only)
        self._waiting.appendleft(Record(made, self.now))

    def queue(self, runs: Iterable[PlannedRun]) -> None:
        self.runs += runs

    def planned(
        self, events: Iterable[AcceptedEvent], remarks: Mapping[int, str]
    ) -> None:
        self.remarks.update(remarks)
        for accepted in events:
            self._go_past(accepted)
            self._planned[accepted.event.job.id].append(accepted)

    def set_aside(self, reasons: Mapping[int, str]) -> None:
        self.aside.update(reasons)
        for accepted in self.take(len(reasons)):
            self._go_past(accepted)

    # How.

    def _attached(self, jobs: Iterable[KnownJob]) -> Sequence[KnownJob]:
        oldest = self.now - self._kept_for
        return [each for each in jobs if self._last_event[each.job.id] >= oldest]

    def _told_after(self, accepted: AcceptedEvent) -> Sequence[AcceptedEvent]:
        told = self._planned[accepted.event.job.id]
        return sorted(
            (
                each
                for each in told
                if each.sequence > accepted.sequence
                and not (each.beside or each.event.type in TIME_TYPES)
            ),
            key=lambda each: each.sequence,
        )

    def _due(self, now: float) -> list[Timer]:
        """The timers that are due by then, but for those whose record will come."""
        due = self.timers.due(now)
        return [each for each in due if not self._to_come[_told_by(each.key)]]

    def _has_moved(self, fired: AcceptedEvent) -> bool:
        """Whether there is a timer that fired when a record says; it is due again later."""
        told, at = _told(fired), fired.event.time
        timers = self.timers.of(fired.event.job.id)
        meant = [each for each in timers if _told_by(each.key) == told]
        for timer in meant:
            if timer.due <= at:
                self.timers.set_due(timer, next_due(timer, at))
        self._to_come[told] -= bool(meant)
        return bool(meant)

    def _go_past(self, accepted: AcceptedEvent) -> None:
        self._waiting.popleft()
        self._newest = max(self._newest, accepted.sequence)
        if accepted in self._fired:
            self._fired.remove(accepted)
            if not self._has_moved(accepted):  # an edit took the timer away
                self._to_come[_told(accepted)] -= 1


def _by_subject(
    records: Iterable[AcceptedEvent],
) -> Mapping[_Subject, Sequence[Previous]]:
    """What may be the `previous` of something, in the order of acceptance."""
    found: dict[_Subject, list[Previous]] = defaultdict(list)
    for each in sorted(records, key=lambda each: each.sequence):
        if each.event.name and not each.beside:
            found[_subject(each.event)].append(Previous(each.sequence, each.event.name))
    return found


def _subject(event: Event) -> _Subject:
    return event.job.id, event.type, event.extra


def _told(fired: AcceptedEvent) -> _Told:
    """Which timer a record tells of."""
    event = fired.event
    return event.job.id, event.name, event.type, event.extra, fired.only


def _told_by(key: TimerKey) -> _Told:
    return key.job, key.name, key.type, key.extra, _meant(key)


def _meant(key: TimerKey) -> MappingKey | None:
    return MappingKey(key.directory, key.file) if key.directory else None
