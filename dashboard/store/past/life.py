"""The past of one job. Implements Past.

Everything is read beforehand: the number of statements depends neither on how much happened nor on
how many mappings there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from dashboard.models import Binding as BindingRecord
from dashboard.store.configuration import pauses
from dashboard.store.configuration.site import qb_conf
from dashboard.store.past.circumstances import Circumstances
from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.past import Listed, Record
from qubecb.dispatch.ports.configuration import (
    Binding,
    BoundDirectory,
    InForce,
    Pause,
)


class Life(Listed):
    """Takes the records, the conditions at each time, and the mappings to ask about, by binding.

    Nothing is known about other bindings.
    """

    def __init__(
        self,
        records: Iterable[Record],
        circumstances: Circumstances,
        bound: Mapping[int, Sequence[BoundDirectory]],
    ) -> None:
        super().__init__(records)
        self._circumstances = circumstances
        self._bound = bound

    def in_force_at(self, time: float) -> InForce:
        return self._circumstances.in_force_at(time)

    def binding_at(self, sequence: int) -> int:
        return self._circumstances.binding_at(sequence)

    def binding(self, binding_id: int) -> Binding:
        return Binding(binding_id, tuple(self._bound.get(binding_id, ())))

    def pauses_at(self, time: float) -> Sequence[Pause]:
        return self._circumstances.pauses_at(time)

    def flags_at(self, time: float) -> QubConf:
        return self._circumstances.flags_at(time)

    def same_until(self, time: float) -> float:
        return time  # things may change at each record


class Today(Life):
    """The same records, as if today's configuration, pauses and flags had always been in force."""

    def in_force_at(self, time: float) -> InForce:
        return InForce(self._circumstances.newest)

    def binding_at(self, sequence: int) -> int:
        return self._circumstances.newest

    def pauses_at(self, time: float) -> Sequence[Pause]:
        return pauses.in_force()

    def flags_at(self, time: float) -> QubConf:
        return qb_conf()


def revisions_of(bindings: Collection[int]) -> dict[int, list[int]]:
    """Give the revisions of bindings, in the order of the directories."""
    found = BindingRecord.objects.filter(pk__in=bindings)
    return {each.pk: list(each.revisions) for each in found}
