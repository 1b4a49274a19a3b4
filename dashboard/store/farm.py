"""The embedded farm: jobs are kept from their events, and actions change them.

An action and the events that it means are stored in one transaction, so that a killed
service either did all of it or nothing. The job is then changed at once; what callbacks
are attached to its events runs as soon as the dispatcher meets them.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.store import items, sql
from dashboard.store.acceptance import Origin, rows_of, store
from dashboard.store.reading import JOB_COLUMNS, columns_of, known_job_of
from dashboard.store.transactions import writing
from dashboard.store.waking import EVENTS, knock
from qubecb.jobs.applying import Applied, apply_all, check_targets
from qubecb.jobs.record import JobRecord
from qubecb.runner.farm.arguments import matches
from qubecb.runner.farm.consequences import events_of, next_depth
from qubecb.runner.farm.port import JobQuery
from qubecb.runner.order import Order

_SELECT = f"SELECT {JOB_COLUMNS} FROM dashboard_jobrecord AS job"  # noqa: S608 (constants)
#: A removed job can still be asked for while its callbacks are to come or run.
_THERE = """(NOT removed OR EXISTS (
    SELECT 1 FROM dashboard_run AS run
    WHERE run.job = job.id AND run.state IN ('queued', 'running')
))"""
#: Pairs of `jobinfo` that have a column; the others are looked at afterwards.
_COLUMNS = ("id", "pgrp", "pid", "label", "name", "user", "status")
_UPDATE = """
    UPDATE dashboard_jobrecord
    SET name = %s, pid = %s, pgrp = %s, label = %s, status = %s, "user" = %s, fields = %s
    WHERE id = %s
"""


@dataclass(frozen=True, slots=True)
class EmbeddedFarm:
    """One run's view of the jobs that are stored here. Implements Farm."""

    #: How many actions led to the run, and which it is: kept with the events it causes.
    depth: int = 0
    caused_by: int | None = None
    test: bool = False

    @classmethod
    def of(cls, order: Order) -> EmbeddedFarm:
        """Give the farm for one run."""
        return cls(order.depth, int(order.run_id), order.test)

    def jobinfo(self, query: JobQuery) -> Sequence[Mapping[str, Any]]:
        """Give the jobs that the query means, each with every documented field."""
        infos = [record.info() for record in _found(query)]
        return [info for info in infos if matches(query, info)]

    def act(
        self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
    ) -> Sequence[str | int]:
        """Apply a verb and accept the events that it means, in one transaction.

        Raises CascadeTooDeep when the chain of actions has to stop, before anything is
        changed.
        """
        depth = next_depth(self.depth)
        wanted = {target.job for target in check_targets(verb, targets)}
        with writing():
            records = {record.job.id: record for record in _by_id(wanted)}
            applied = apply_all(records, verb, targets, arguments)
            _save(applied)
            events = events_of(applied.consequences, time.time())
            origin = Origin("farm", "", depth, self.test, None, self.caused_by)
            store(rows_of(events, origin, time.time()))
        if events:
            knock(EVENTS)
        return applied.affected


def _save(applied: Applied) -> None:
    """Store jobs as a verb left them. A removed one goes when its event is planned."""
    kept = [
        record for job, record in applied.records.items() if job not in applied.removed
    ]
    sql.each(_UPDATE, [_columns(record) for record in kept])
    for record in kept:
        items.replace(record)


def _columns(record: JobRecord) -> tuple[Any, ...]:
    identity, *rest = columns_of(record.job)
    return (*rest, identity)


def _by_id(ids: Collection[int]) -> list[JobRecord]:
    statement = f"{_SELECT} WHERE NOT removed AND id IN ({{places}})"
    return _records(sql.rows_in(statement, ids))


def _found(query: JobQuery) -> list[JobRecord]:
    """The stored jobs that may be meant, in order of id."""
    conditions, values = [], []
    for name in _COLUMNS:
        wanted = getattr(query, name)
        if wanted and len(wanted) < sql.MOST_PARAMETERS:
            conditions.append(f'"{name}" IN ({sql.places(wanted)})')
            values += wanted
    named = query.id or query.pgrp
    conditions.append(_THERE if named else "NOT removed")
    statement = f"{_SELECT} WHERE {' AND '.join(conditions)} ORDER BY id"
    return _records(sql.rows(statement, values))


def _records(rows: Iterable[sql.Row]) -> list[JobRecord]:
    jobs = [known_job_of(row).job for row in rows]
    parts = items.of_jobs([job.id for job in jobs])
    return [JobRecord(job, *parts.get(job.id, ((), ()))) for job in jobs]
