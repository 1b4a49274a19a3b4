"""What a rehearsal asks of the past: the records, and what was so at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.ports.configuration import Binding, InForce, Pause
from qubecb.dispatch.ports.events import AcceptedEvent


@dataclass(frozen=True, slots=True)
class Record:
    """An accepted event, and when it was planned (Unix seconds)."""

    accepted: AcceptedEvent
    planned_at: float


def moments(records: Iterable[Record]) -> Iterator[float]:
    """When the dispatcher is known to have looked at the clock."""
    for record in records:
        yield record.planned_at
        if record.accepted.source == "timer":
            yield record.accepted.event.time


class Past(Protocol):
    """What was kept of the past. Times are Unix seconds."""

    def records(self) -> Iterable[Record]:
        """Give what was planned, in the order in which it was."""

    def in_force_at(self, time: float) -> InForce:
        """Give which configuration was in force at a time."""

    def binding_at(self, sequence: int) -> int:
        """Give the binding in force when an event was accepted, as `Reading.binding_at`."""

    def binding(self, binding_id: int) -> Binding:
        """Give a binding by its id."""

    def pauses_at(self, time: float) -> Sequence[Pause]:
        """Give the pauses that had begun and not ended."""

    def flags_at(self, time: float) -> QubConf:
        """Give what qb.conf said."""


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A past in which nothing was accepted, and nothing but one configuration counted."""

    in_force: Binding

    def records(self) -> Iterable[Record]:
        return ()

    def in_force_at(self, time: float) -> InForce:
        return InForce(self.in_force.id)

    def binding_at(self, sequence: int) -> int:
        return self.in_force.id

    def binding(self, binding_id: int) -> Binding:
        return self.in_force

    def pauses_at(self, time: float) -> Sequence[Pause]:
        return ()

    def flags_at(self, time: float) -> QubConf:
        return QubConf()
