"""The worker's store: RunStore on the ORM's tables.

Keeps promise 2: a run is given out once. It is durably `running` before its order is returned,
so whatever dies afterwards, nobody starts it again.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import connection

from dashboard.models import Revision
from dashboard.models.configuration import meaning_of
from dashboard.store.database import sql
from dashboard.store.database.locks import takes_callback
from dashboard.store.database.transactions import reading, writing
from dashboard.store.jobs.reading import of_runs
from dashboard.store.processes import heartbeats
from dashboard.store.rows import runs as run_rows
from dashboard.store.rows.events import job_as_sent
from dashboard.store.rows.runs import COLUMNS, RunRow
from dashboard.store.runs import settling
from dashboard.store.runs.claiming import Turns
from dashboard.store.runs.recording import Scripts, record
from dashboard.store.runs.statistics import roll_up_rows
from qubecb.conffile.options import CallbackOptions
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.runner.order import Limits, Order
from qubecb.runner.outcome import Outcome, RunState

_CLAIM = """
    UPDATE dashboard_run SET state = 'running', started_at = %s, worker = %s, job_then = %s
    WHERE id = %s AND state = 'queued'
"""
#: Of a running run, `job_then` is the job as its order had it.
_MINE = f"""
    SELECT {sql.names(RunRow._fields)} FROM dashboard_run {{by}}
    WHERE state = 'running' AND worker = %s ORDER BY id
"""  # noqa: S608 (constants)
_HELD = """
    UPDATE dashboard_run SET state = 'running', started_at = %s, worker = %s
    WHERE id = %s AND state = 'queued'
"""
_CANCELLATIONS = """
    SELECT id, cancel_reason FROM dashboard_run
    WHERE state = 'running' AND worker = %s AND cancel_reason <> ''
"""
#: The index of running runs, by worker.
_BUSY = "run_running"
_RUNNING = """
    SELECT COUNT(*) FROM dashboard_run {by}
    WHERE state = 'running' AND directory = %s AND file = %s
"""
#: One query for runs and signs of life: a worker gives a sign before it claims.
_DEAD = """
    SELECT id FROM dashboard_run {by}
    WHERE state = 'running' AND worker <> %s AND worker NOT IN ({living}) LIMIT %s
"""
_LOSE = f"""
    UPDATE dashboard_run SET state = 'lost', reason = %s, ended_at = %s, open = NOT test
    WHERE state = 'running' AND id IN ({{places}}) RETURNING {COLUMNS}
"""  # noqa: S608 (constants)
#: Runs that one transaction gives up.
_MOST_LOST = 1000
_EVENT_GONE = """
    UPDATE dashboard_run SET state = 'failed', reason = %s, ended_at = %s, open = NOT test
    WHERE id = %s AND state IN ('queued', 'running')
"""
LOST = "the service ended while it ran, so nobody knows how far it got"
_MOST_REVISIONS = 1000
_NO_OPTIONS = CallbackOptions()
GONE = "its event was deleted, so the callback has no input"
#: Many runs are of few directories.
_path = lru_cache(maxsize=100)(Path)


@dataclass(slots=True)
class OrmRuns:
    """Where a worker gets its runs: RunStore on SQLite or PostgreSQL."""

    #: Callbacks that a worker runs at a time.
    concurrency: int = 8
    #: What a run may use unless its callback's options say otherwise.
    limits: Limits = field(default_factory=Limits)
    _turns: Turns = field(default_factory=Turns)
    _scripts: Scripts = field(default_factory=Scripts)
    _options: RevisionOptions = field(default_factory=lambda: RevisionOptions())

    def exchange(
        self,
        worker: str,
        ended: Sequence[Outcome],
        free: int,
        running: Mapping[MappingKey, int],
    ) -> Sequence[Order]:
        """Record outcomes and claim the next runs, in one durable transaction."""
        with writing():
            versions = record(ended, self._scripts) if ended else []
            orders = self._claim(worker, free, running) if free > 0 else ()
        self._scripts.noted(versions)
        return orders

    def recover(self, worker: str, held: Collection[str]) -> Sequence[Order]:
        """Give the orders that a commit claimed whose answer was lost; see RunStore."""
        with writing():
            now = time.time()
            at = sql.moment(now)
            sql.each(_HELD, [(at, worker, int(run)) for run in sorted(held, key=int)])
            mine = run_rows.read(_MINE.format(by=sql.by(_BUSY)), [worker])
            return self._orders([run for run in mine if str(run.id) not in held], now)

    def cancellations(self, worker: str) -> Mapping[str, str]:
        """Give which of the worker's runs somebody wants ended: the sentence by run id."""
        with reading():
            asked = sql.rows(_CANCELLATIONS, [worker])
        return {str(run): sentence for run, sentence in asked}

    def bury(self, burier: str) -> int:
        """Give up as lost the runs of workers that are dead; gives how many.

        Takes the name of who asks, and is alive. Leaves those that another transaction is giving
        up, or is recording, at this moment.
        """
        statement = _DEAD.format(by=sql.by(_BUSY), living=heartbeats.living())
        with writing():
            dead = sql.column(statement, [burier, _MOST_LOST])
            return _lose(settling.lock_free(dead))

    def _claim(
        self, worker: str, free: int, running: Mapping[MappingKey, int]
    ) -> Sequence[Order]:
        now = time.time()
        runs = self._turns.take(free, running, self._room, now)
        if not runs:
            return ()
        orders, at = self._orders(runs, now), sql.moment(now)
        sql.each(
            _CLAIM,
            [
                (at, worker, sql.dump(each.job.as_dict()), int(each.run_id))
                for each in orders
            ],
        )
        return orders

    def _orders(self, runs: Sequence[RunRow], now: float) -> Sequence[Order]:
        """Give the orders of these runs; one whose event is gone fails."""
        events, jobs = of_runs([run.id for run in runs])
        if gone := [run for run in runs if run.event not in events]:
            _give_up(gone, now)
        return [
            self._order(run, events[run.event], jobs.get(run.job or 0))
            for run in runs
            if run.event in events
        ]

    def _order(
        self, run: RunRow, accepted: AcceptedEvent, known: KnownJob | None
    ) -> Order:
        return Order(
            run_id=str(run.id),
            directory=_path(run.directory),
            file=run.file,
            event=accepted.event,
            job=_job(run, accepted.event, known),
            limits=self._limits(run),
            trigger=run.trigger,
            test=run.test,
            simulate=run.simulate,
            beside=accepted.beside,
            depth=run.depth,
        )

    def _room(self, run: RunRow, here: int) -> int:
        """How many more runs of a callback may run here, where so many are running.

        It has half of this worker's places, or what it asks for, which is for all hosts together.
        """
        wanted = self._options.of(run.revision, run.file).concurrency
        if wanted is None:
            return max(1, self.concurrency // 2) - here
        if here >= wanted or connection.vendor == "sqlite":
            return wanted - here
        return _room_at_site(run, wanted)

    def _limits(self, run: RunRow) -> Limits:
        options = self._options.of(run.revision, run.file)
        if options == _NO_OPTIONS:
            return self.limits
        asked: dict[str, Any] = dict(options.as_dict())
        asked.pop("concurrency", None)
        return replace(self.limits, **asked) if asked else self.limits


class RevisionOptions:
    """What each callback asks for in a revision, read once: revisions never change."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, CallbackOptions]] = {}

    def of(self, revision: int | None, file: str) -> CallbackOptions:
        """Give the options of a file in a revision; none when either is unknown."""
        if revision is None:
            return _NO_OPTIONS
        if revision not in self._known:
            if len(self._known) >= _MOST_REVISIONS:
                self._known.clear()
            self._known[revision] = _options_in(revision)
        return self._known[revision].get(file, _NO_OPTIONS)


def _room_at_site(run: RunRow, wanted: int) -> int:
    """How many more runs of a callback may run; none while another process claims some of it.

    Nobody else claims any of it until the transaction ends.
    """
    if not takes_callback(f"{run.directory}/{run.file}"):
        return 0
    statement = _RUNNING.format(by=sql.by(_BUSY))
    return wanted - int(sql.value(statement, [run.directory, run.file]))


def _options_in(revision: int) -> dict[str, CallbackOptions]:
    found = Revision.objects.filter(pk=revision).only("meaning").first()
    return {
        each.file: CallbackOptions.from_dict(each.options) for each in meaning_of(found)
    }


def _lose(runs: Sequence[int]) -> int:
    """Give up those of these runs that are running, and count them; gives how many."""
    if not runs:
        return 0
    now = time.time()
    statement = _LOSE.format(places=sql.places(runs))
    lost = run_rows.read(statement, [LOST, sql.moment(now), *runs])
    settling.decide({run.chain for run in lost if run.chain})
    roll_up_rows(lost, RunState.LOST, now)
    return len(lost)


def _job(run: RunRow, event: Event, known: KnownJob | None) -> Job:
    """The attached job: from the simulation, as stored, or as far as the event describes it."""
    if run.job_then is not None:
        return job_as_sent(run.job or 0, sql.load(run.job_then))
    if known is not None:
        return known.job
    return event.job if event.job.id == run.job else Job(run.job or 0)


def _give_up(runs: Sequence[RunRow], now: float) -> None:
    free = {*settling.lock_free([run.id for run in runs])}
    failed = [run for run in runs if run.id in free]
    at = sql.moment(now)
    sql.each(_EVENT_GONE, [(GONE, at, run.id) for run in failed])
    settling.decide({run.chain for run in failed if run.chain})
    roll_up_rows(failed, RunState.FAILED, now)
