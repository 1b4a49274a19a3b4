"""The dispatcher's store on the ORM's tables: one write transaction for each batch.

Keeps the guarantee of qubecb.dispatch.ports that a batch is planned with all that follows or
not at all. The modules beside it read and write, with a few statements for each batch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from dashboard.store.configuration import bindings
from dashboard.store.configuration.conditions import Conditions
from dashboard.store.database import sql
from dashboard.store.database.locks import Key, take_turn
from dashboard.store.database.transactions import writing
from dashboard.store.dispatch import kinds, memory, queueing, timers
from dashboard.store.dispatch.present import Present, present
from dashboard.store.intake.acceptance import Origin, rows_of
from dashboard.store.jobs import storing as jobs
from dashboard.store.jobs.portions import Portions
from dashboard.store.jobs.reading import jobs_by_id, previous_of, told_after
from dashboard.store.rows import events as event_rows
from dashboard.store.rows.events import COLUMNS, EventRow, store, taken_of
from qubecb import __version__
from qubecb.collecting import uncollected
from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.ports.configuration import Binding, InForce, Pause
from qubecb.dispatch.ports.events import AcceptedEvent, Previous
from qubecb.dispatch.ports.jobs import KnownJob, Memory, ProgressKey
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.dispatch.ports.timers import Timer, TimerKey
from qubecb.events import Event
from qubecb.jobs.ids import JobId

_TAKE = f"""
    SELECT {COLUMNS} FROM dashboard_eventrecord
    WHERE planned_at IS NULL AND set_aside_at IS NULL ORDER BY sequence LIMIT %s
"""  # noqa: S608 (constants)
_PLANNED = """
    UPDATE dashboard_eventrecord SET planned_at = %s, runs_count = %s, remark = %s
    WHERE sequence = %s
"""
_SET_ASIDE = """
    UPDATE dashboard_eventrecord
    SET set_aside_at = %s, set_aside_version = %s, remark = %s WHERE sequence = %s
"""
_PLANNED_SIMPLY = (
    "UPDATE dashboard_eventrecord SET planned_at = %s WHERE sequence IN ({places})"
)

Alongside = Callable[[], AbstractContextManager[Callable[[], None] | None]]


class OrmStore:
    """Where the dispatcher works: DispatchStore on SQLite or PostgreSQL.

    Takes a function that gives the time in Unix seconds, as rows have it; and one that gives a
    context around each transaction, whose value is called at the end if runs were queued in it.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        alongside: Alongside = nullcontext,
    ) -> None:
        self._clock, self._alongside = clock, alongside
        self._portions = Portions()
        self._next_due = timers.NextDue()
        self._conditions = Conditions()
        #: The time of the open transaction, or of the last one.
        self._now = 0.0

    @contextmanager
    def planning(self) -> Iterator[OrmPlanning]:
        """Open one durable write transaction.

        The garbage collector rests meanwhile: what a batch makes is freed without it.
        """
        kept = self._portions.kept()
        with self._alongside() as claim, uncollected(), kept, writing():
            take_turn(Key.DISPATCHER)
            self._now = self._clock()
            planning = OrmPlanning(self._now, self._portions, self._next_due)
            yield planning
            if claim is not None and planning.has_queued:
                claim()

    def qb_conf(self) -> QubConf:
        """Give qb.conf, and store that the events planned now are judged with it.

        Call it in a planning transaction, as DispatchSettings.qb_conf is.
        """
        return self._conditions.judge_with(self._now)

    def note_conditions(self) -> None:
        """Store qb.conf if it has changed, even if there is nothing to plan."""
        if self._conditions.have_changed():
            with self.planning():
                self.qb_conf()

    def next_timer(self) -> float | None:
        """Give when the next timer is due (Unix seconds), or None."""
        return self._next_due.read()


@dataclass(slots=True)
class OrmPlanning:
    """One planning transaction; see qubecb.dispatch.ports.planning for what each does."""

    now: float
    portions: Portions
    next_due: timers.NextDue
    _taken: dict[int, AcceptedEvent] = field(default_factory=dict)
    _rows: dict[int, EventRow] = field(default_factory=dict)
    #: Jobs as they are stored, of those that were looked for.
    _known: dict[JobId, KnownJob] = field(default_factory=dict)
    _sought: set[JobId] = field(default_factory=set)
    _held: Present | None = None
    _caused: dict[int, int] = field(default_factory=dict)

    def take(self, limit: int) -> Sequence[AcceptedEvent]:
        rows = event_rows.read(_TAKE, [limit])
        self._rows.update((row.sequence, row) for row in rows)
        taken = [taken_of(row) for row in rows]
        self._taken.update((event.sequence, event) for event in taken)
        return taken

    def ready(self, events: Sequence[AcceptedEvent]) -> Sequence[AcceptedEvent]:
        return self.portions.ready(events)

    def jobs(self, ids: Collection[JobId]) -> Mapping[JobId, KnownJob]:
        found = jobs_by_id(ids)
        self._known.update(found)
        self._sought.update(ids)
        return found

    def children(self, parents: Collection[JobId]) -> Sequence[KnownJob]:
        return self._attached("pid", parents)

    def groups(self, pgrps: Collection[JobId]) -> Sequence[KnownJob]:
        return self._attached("pgrp", pgrps)

    def attached(self, bindings: Collection[int]) -> Sequence[KnownJob]:
        return self._attached("binding_id", bindings)

    def _attached(self, column: str, values: Collection[JobId]) -> Sequence[KnownJob]:
        found = jobs.attached(column, values, attached_since())
        self._known.update((known.job.id, known) for known in found)
        return found

    def bindings_in_use(self) -> Collection[int]:
        return self._present.in_use

    def in_force(self) -> InForce:
        return self._present.force

    @property
    def _present(self) -> Present:
        if self._held is None:
            self._held = present(self.now, attached_since())
        return self._held

    def binding_at(self, sequence: int) -> int:
        return bindings.binding_at(sequence)

    def binding(self, binding_id: int) -> Binding:
        return bindings.binding(binding_id)

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        return previous_of(events)

    def later(
        self, events: Sequence[AcceptedEvent]
    ) -> Mapping[int, Sequence[AcceptedEvent]]:
        return {each.sequence: told_after(each) for each in events}

    def pauses(self) -> Sequence[Pause]:
        return self._present.pauses

    def progress(self, jobs: Collection[JobId]) -> Mapping[ProgressKey, Memory]:
        return memory.progress(jobs)

    def save_jobs(
        self, jobs_now: Iterable[KnownJob], events: Iterable[AcceptedEvent]
    ) -> None:
        known = {each.job.id: each for each in jobs_now}
        if unknown := known.keys() - self._sought:
            self.jobs(unknown)
        stored = self._known
        jobs.save([*known.values()], stored, events, self.now, self.portions.done)
        self._known = {**stored, **known}
        self._held = None

    def save_progress(self, changes: Mapping[ProgressKey, Memory]) -> None:
        memory.save(changes, self.now)

    def forget_jobs(self, jobs: Collection[JobId]) -> None:
        memory.forget(jobs)
        self.next_due.forget(timers.forget(jobs))

    def add_timers(self, new: Iterable[Timer]) -> None:
        self.next_due.forget(timers.add(new))

    def end_repeats(self, jobs: Collection[JobId]) -> None:
        self.next_due.forget(timers.end_repeats(jobs))

    def drop_timers(self, keys: Iterable[TimerKey]) -> None:
        self.next_due.forget(timers.drop(keys))

    def due_timers(self, now: float, limit: int) -> Sequence[Timer]:
        self.next_due.forget()
        return timers.due(now, limit)

    def pull_back_repeats(self, now: float) -> None:
        self.next_due.forget(timers.pull_back(now))

    def fire_timer(self, timer: Timer, event: Event, next_due: float | None) -> None:
        key = timer.key
        store(rows_of([event], Origin("timer", only=key.only), self.now))
        self.next_due.forget(timers.set_due(key, next_due))

    def queue(self, runs: Iterable[PlannedRun]) -> None:
        planned = list(runs)
        for run in planned:
            self._caused[run.sequence] = self._caused.get(run.sequence, 0) + 1
        queueing.queue(planned, self._taken, self._rows, self._known, self.now)

    @property
    def has_queued(self) -> bool:
        """Whether it has stored runs."""
        return bool(self._caused)

    def planned(
        self, events: Iterable[AcceptedEvent], remarks: Mapping[int, str]
    ) -> None:
        sequences = {event.sequence for event in events}
        now = sql.moment(self.now)
        kinds.count(self._rows[each] for each in sequences)
        special = sequences & (self._caused.keys() | remarks.keys())
        sql.each(
            _PLANNED,
            [
                (now, self._caused.get(each, 0), remarks.get(each, "")[:500], each)
                for each in sorted(special)
            ],
        )
        for chunk in sql.chunks(sequences - special):
            statement = _PLANNED_SIMPLY.format(places=sql.places(chunk))
            sql.execute(statement, [now, *chunk])

    def set_aside(self, reasons: Mapping[int, str]) -> None:
        said = (sql.moment(self.now), __version__)
        kinds.count_stored(reasons)
        rows = [
            (*said, sql.clean(why)[:500], sequence) for sequence, why in reasons.items()
        ]
        sql.each(_SET_ASIDE, rows)


def attached_since() -> float:
    """Give the time (Unix seconds) since which a job must have had an event to be attached."""
    days: int = settings.ENVIRONMENT.get("QUBECB_ATTACHED_DAYS")
    return (timezone.now() - timedelta(days=days)).timestamp()
