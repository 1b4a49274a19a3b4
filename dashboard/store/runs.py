"""The worker's store: RunStore on the ORM's tables.

Keeps promise 2: a run is given out once. It is durably `running` before its order leaves
here, so that whatever dies afterwards, nobody starts it again.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dashboard.models import Revision
from dashboard.models.configuration import meaning_of
from dashboard.store import settling, sql
from dashboard.store.claiming import Turns
from dashboard.store.event_rows import job_as_sent
from dashboard.store.reading import of_runs
from dashboard.store.recording import Scripts, record
from dashboard.store.statistics import roll_up_rows
from dashboard.store.transactions import reading, writing
from qubecb.conffile.options import CallbackOptions
from qubecb.dispatch.ports import AcceptedEvent, KnownJob, MappingKey
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.runner.order import Limits, Order
from qubecb.runner.outcome import Outcome, RunState

_CLAIM = """
    UPDATE dashboard_run SET state = 'running', started_at = %s, worker = %s, job_then = %s
    WHERE id = %s AND state = 'queued'
"""
_CANCELLATIONS = """
    SELECT id, cancel_reason FROM dashboard_run
    WHERE state = 'running' AND worker = %s AND cancel_reason <> ''
"""
#: The index of what runs, by worker.
_BUSY = "run_running"
_RUNNING = "SELECT DISTINCT worker FROM dashboard_run {by} WHERE state = 'running'"
#: What somebody else is burying, or recording at last, at this moment is left to them.
_LOSE = """
    UPDATE dashboard_run SET state = 'lost', reason = %s, ended_at = %s, open = NOT test
    WHERE state = 'running' AND id IN (
        SELECT id FROM dashboard_run {by} WHERE state = 'running' AND worker = %s
        ORDER BY id {locked}
    ) RETURNING id, directory, file, "trigger", test, chain
"""
_EVENT_GONE = """
    UPDATE dashboard_run SET state = 'failed', reason = %s, ended_at = %s, open = NOT test
    WHERE id = %s AND state = 'queued'
"""
LOST = "the service ended while it ran, so nobody knows how far it came"
_MOST_REVISIONS = 1000
GONE = "its event is no longer stored, so there is nothing to tell the callback"


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

    def cancellations(self, worker: str) -> Mapping[str, str]:
        """Give which of the worker's runs somebody wants ended: the sentence by run id."""
        with reading():
            return {str(row[0]): row[1] for row in sql.rows(_CANCELLATIONS, [worker])}

    def bury(self, alive: Collection[str]) -> int:
        """Give up as lost the runs of all workers but these; gives how many."""
        with writing():
            workers = {row[0] for row in sql.rows(_RUNNING.format(by=sql.by(_BUSY)))}
            lost = [row for each in sorted(workers - {*alive}) for row in _lose(each)]
        return len(lost)

    def _claim(
        self, worker: str, free: int, running: Mapping[MappingKey, int]
    ) -> Sequence[Order]:
        now = time.time()
        rows = self._turns.take(free, running, self._share, now)
        if not rows:
            return ()
        events, jobs = of_runs([row[0] for row in rows])
        at = sql.moment(now)
        _give_up([row for row in rows if row[4] not in events], now)
        orders = [
            self._order(row, events[row[4]], jobs.get(row[5]))
            for row in rows
            if row[4] in events
        ]
        sql.each(
            _CLAIM,
            [
                (at, worker, sql.dump(each.job.as_dict()), int(each.run_id))
                for each in orders
            ],
        )
        return orders

    def _order(
        self, row: sql.Row, accepted: AcceptedEvent, known: KnownJob | None
    ) -> Order:
        """An order from a row of dashboard.store.claiming.COLUMNS."""
        return Order(
            run_id=str(row[0]),
            directory=Path(row[1]),
            file=row[2],
            event=accepted.event,
            job=_job(row, accepted.event, known),
            limits=self._limits(row),
            trigger=row[3],
            test=bool(row[7]),
            simulate=bool(row[8]),
            beside=accepted.beside,
            depth=row[9],
        )

    def _share(self, row: sql.Row) -> int:
        """How many runs of a callback may go on at a time: half, or as it asks for."""
        wanted = self._options.of(row[6], row[2]).concurrency
        return wanted or max(1, self.concurrency // 2)

    def _limits(self, row: sql.Row) -> Limits:
        asked: dict[str, Any] = dict(self._options.of(row[6], row[2]).as_dict())
        asked.pop("concurrency", None)
        return replace(self.limits, **asked) if asked else self.limits


class RevisionOptions:
    """What each callback asks for in a revision, read once: revisions never change."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, CallbackOptions]] = {}

    def of(self, revision: int | None, file: str) -> CallbackOptions:
        """Give the options of a file in a revision; none when either is unknown."""
        if revision is None:
            return CallbackOptions()
        if revision not in self._known:
            if len(self._known) >= _MOST_REVISIONS:
                self._known.clear()
            self._known[revision] = _options_in(revision)
        return self._known[revision].get(file, CallbackOptions())


def _options_in(revision: int) -> dict[str, CallbackOptions]:
    found = Revision.objects.filter(pk=revision).only("meaning").first()
    return {
        each.file: CallbackOptions.from_dict(each.options) for each in meaning_of(found)
    }


def _lose(worker: str) -> list[sql.Row]:
    """Give up what a worker had running, and count it; gives those that were."""
    now = time.time()
    statement = _LOSE.format(by=sql.by(_BUSY), locked=sql.locked())
    lost = sql.rows(statement, [LOST, sql.moment(now), worker])
    settling.decide({row[5] for row in lost if row[5]})
    roll_up_rows(lost, RunState.LOST, now)
    return lost


def _job(row: sql.Row, event: Event, known: KnownJob | None) -> Job:
    """The attached job: as a simulation brought it, as stored, or as far as the event told."""
    if row[10] is not None:
        return job_as_sent(row[5] or 0, sql.load(row[10]))
    if known is not None:
        return known.job
    return event.job if event.job.id == row[5] else Job(row[5] or 0)


def _give_up(rows: Sequence[sql.Row], now: float) -> None:
    at = sql.moment(now)
    sql.each(_EVENT_GONE, [(GONE, at, row[0]) for row in rows])
    roll_up_rows(rows, RunState.FAILED, now, test=7)
    settling.decide({row[11] for row in rows if row[11]})
