"""The embedded farm: jobs are kept from their records, and actions are records, too.

An action is accepted like an event, in the same order, and carried out on its job when its record
is planned. Reads and further actions see the job as it will be then. Callbacks that are attached
to its events run as soon as the dispatcher plans them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.store.database import sql
from dashboard.store.farm.acting import carry_out
from dashboard.store.intake.acceptance import Origin, waiting
from dashboard.store.jobs.asked import COLUMNS, MOST_JOBS
from dashboard.store.jobs.folding import answer
from dashboard.store.rows.job_ids import ids_of, key_of
from qubecb.jobs.ids import JobId
from qubecb.jobs.job import ID_FIELDS
from qubecb.jobs.record import JobRecord
from qubecb.runner.farm.arguments import matches
from qubecb.runner.farm.consequences import next_depth
from qubecb.runner.farm.port import JobQuery
from qubecb.runner.order import Order

_STORED = "SELECT id FROM dashboard_jobrecord WHERE {conditions} LIMIT {most}"
#: Jobs with records that are accepted and not planned yet.
_WAITING = """
    SELECT DISTINCT job_id FROM (
        SELECT job_id FROM dashboard_eventrecord {by}
        WHERE planned_at IS NULL AND set_aside_at IS NULL LIMIT %s
    ) AS waiting
"""
#: A search reads at most so many waiting records; if there are more, those of jobs it finds.
MOST_WAITING = 5000
#: A removed job can still be asked for until its callbacks have run.
_WITH_RUNS = """
    SELECT DISTINCT job FROM dashboard_run
    WHERE job IN ({places}) AND state IN ('queued', 'running')
"""


@dataclass(frozen=True, slots=True)
class EmbeddedFarm:
    """One run's view of the jobs that are stored here. Implements Farm."""

    #: How many actions led to the run, and its id: stored with the events that it causes.
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
        """Accept what a verb does, and the events that it means, in order.

        Raises CascadeTooDeep, before anything is changed, if the chain of actions must stop here;
        for the others see carry_out.
        """
        depth = next_depth(self.depth)
        origin = Origin("farm", "", depth, self.test, None, self.caused_by)
        return carry_out(origin, verb, targets, arguments)


def _found(query: JobQuery) -> list[JobRecord]:
    """The jobs that may be meant, in order of id; raises FarmError for too many."""
    ids = set(query.id) or _searched(query)
    jobs = answer(ids)
    gone = {job for job, folded in jobs.items() if folded.removed}
    if query.id or query.pgrp:
        gone -= {job for job in gone if not jobs[job].was_removed}
        keys = {key_of(job): job for job in gone}
        gone -= {keys[key] for key in sql.column_in(_WITH_RUNS, keys)}
    return [folded.record for job, folded in jobs.items() if job not in gone]


def _searched(query: JobQuery) -> set[JobId]:
    """The jobs that match as they are stored, and those that may match by now."""
    conditions = ["TRUE" if query.pgrp else "NOT removed"]
    values: list[JobId] = []
    for name in COLUMNS:
        wanted = getattr(query, name)
        if wanted and len(wanted) < sql.MOST_PARAMETERS:
            conditions.append(f'"{name}" IN ({sql.places(wanted)})')
            values += map(key_of, wanted) if name in ID_FIELDS else wanted
    statement = _STORED.format(conditions=" AND ".join(conditions), most=MOST_JOBS + 1)
    found = {*sql.column(statement, values)}
    if waiting(MOST_WAITING + 1) <= MOST_WAITING:
        statement = _WAITING.format(by=sql.by("event_waiting"))
        found |= {*sql.column(statement, [MOST_WAITING])} - {0}
    return {*ids_of(found).values()}
