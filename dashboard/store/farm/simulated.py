"""The farm of a simulated run: the jobs as they would be if the event had happened.

A simulation stores no job. So the event is applied to the stored jobs for this run only:
`qb.jobinfo("-id", qb.jobid())` finds the job even if a person made it up. Actions are only noted,
by qubecb.runner.farm.simulation around this.

A live test fire of one mapping stores no job either, but its actions are real. So it sees jobs as
they are, and a job that is not stored as far as the event describes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.store.farm.embedded import EmbeddedFarm
from qubecb.jobs.after import record_after_event
from qubecb.jobs.ids import JobId, in_order
from qubecb.jobs.record import JobRecord
from qubecb.runner.farm.arguments import matches
from qubecb.runner.farm.port import Farm, JobQuery
from qubecb.runner.farm.simulation import SimulationFarm
from qubecb.runner.order import Order


def simulated_farm(order: Order) -> Farm:
    """Give the farm for one simulated run."""
    return SimulationFarm(AfterTheEvent(EmbeddedFarm.of(order), order))


def farm_beside(order: Order) -> Farm:
    """Give the farm for one run of a live test fire of one mapping."""
    return AfterTheEvent(EmbeddedFarm.of(order), order, stored=False)


@dataclass(frozen=True, slots=True)
class AfterTheEvent:
    """A farm on which the run's event has happened. Implements Farm."""

    farm: Farm
    order: Order
    #: Whether it is applied to stored jobs too.
    stored: bool = True

    def jobinfo(self, query: JobQuery) -> Sequence[Mapping[str, Any]]:
        """Give the jobs that the query means, after the event."""
        changed = self._changed()
        found = {info["id"]: info for info in self.farm.jobinfo(query)}
        found = {key: info for key, info in found.items() if key not in changed}
        found |= {key: info for key, info in changed.items() if matches(query, info)}
        return [found[key] for key in sorted(found, key=in_order)]

    def act(
        self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
    ) -> Sequence[str | int]:
        """Pass it to the farm; a simulation around this never asks."""
        return self.farm.act(verb, targets, arguments)

    def _changed(self) -> dict[JobId, Mapping[str, Any]]:
        """The attached job, and the one that the event is about, as they would be."""
        event, attached = self.order.event, self.order.job
        stored = self._stored({event.job.id, attached.id} - {0})
        changed: dict[JobId, JobRecord] = {}
        if attached.id and attached.id not in stored:
            changed[attached.id] = JobRecord.of(attached)
        if event.job.id and (self.stored or event.job.id not in stored):
            before = stored.get(event.job.id)
            changed[event.job.id] = record_after_event(before, event)
        return {job: record.info() for job, record in changed.items()}

    def _stored(self, ids: set[JobId]) -> dict[JobId, JobRecord]:
        found = (
            self.farm.jobinfo(JobQuery(id=tuple(sorted(ids, key=in_order))))
            if ids
            else ()
        )
        return {info["id"]: JobRecord.from_info(info) for info in found}
