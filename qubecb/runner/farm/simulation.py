"""The farm of a simulation: reads are answered for real, actions are only noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qubecb.jobs.applying import apply_all, check_targets
from qubecb.jobs.ids import in_order
from qubecb.jobs.record import JobRecord
from qubecb.runner.farm.port import Farm, JobQuery


class SimulationFarm:
    """Wraps any farm; what an action gives back is what it would have affected.

    Implements Farm. An action is judged on the jobs as the real farm gives them at that
    moment: later reads and later actions of the same run do not see it.
    """

    def __init__(self, farm: Farm) -> None:
        self._farm = farm

    def jobinfo(self, query: JobQuery) -> Sequence[Mapping[str, Any]]:
        """Give the jobs that the query means, as they really are."""
        return self._farm.jobinfo(query)

    def act(
        self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
    ) -> Sequence[str | int]:
        """Give what the verb would have affected; nothing is changed."""
        wanted = {target.job for target in check_targets(verb, targets)}
        found = self._farm.jobinfo(JobQuery(id=tuple(sorted(wanted, key=in_order))))
        records = [JobRecord.from_info(info) for info in found]
        known = {record.job.id: record for record in records}
        return list(apply_all(known, verb, targets, arguments).affected)
