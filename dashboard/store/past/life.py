"""The past of one job. Implements Past.

Everything is read beforehand: the number of statements depends neither on how much happened nor on
how many mappings there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from dashboard.models import Binding as BindingRecord
from dashboard.store.configuration import pauses
from dashboard.store.configuration.site import qb_conf
from dashboard.store.past.recorded import Recorded
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
        kept: Recorded,
        bound: Mapping[int, Sequence[BoundDirectory]],
    ) -> None:
        super().__init__(records)
        self._kept = kept
        self._bound = bound

    def in_force_at(self, time: float) -> InForce:
        """Give which configuration was in force at a time."""
        return self._kept.in_force_at(time)

    def binding_at(self, sequence: int) -> int:
        """Give the binding in force when an event was accepted."""
        return self._kept.binding_at(sequence)

    def binding(self, binding_id: int) -> Binding:
        """Give what is asked about of a binding."""
        return Binding(binding_id, tuple(self._bound.get(binding_id, ())))

    def pauses_at(self, time: float) -> Sequence[Pause]:
        """Give the pauses in force at a time."""
        return self._kept.pauses_at(time)

    def flags_at(self, time: float) -> QubConf:
        """Give the flags of qb.conf at a time."""
        return self._kept.flags_at(time)

    def same_until(self, time: float) -> float:
        """Give the time itself: things may change at each record."""
        return time


class Today(Life):
    """The same records, as if today's configuration, pauses and flags had always been in force."""

    def in_force_at(self, time: float) -> InForce:
        """Give the configuration in force now."""
        return InForce(self._kept.newest)

    def binding_at(self, sequence: int) -> int:
        """Give the binding in force now."""
        return self._kept.newest

    def pauses_at(self, time: float) -> Sequence[Pause]:
        """Give the pauses in force now."""
        return pauses.in_force()

    def flags_at(self, time: float) -> QubConf:
        """Give the flags of qb.conf now."""
        return qb_conf()


def revisions_of(bindings: Collection[int]) -> dict[int, list[int]]:
    """Give the revisions of bindings, in the order of the directories."""
    found = BindingRecord.objects.filter(pk__in=bindings)
    return {each.pk: list(each.revisions) for each in found}
