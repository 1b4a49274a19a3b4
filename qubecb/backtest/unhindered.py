"""The past without pauses and disabled languages: records, and which configuration was in force."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf, nextafter
from typing import Protocol

from qubecb.backtest.span import Hearing, Span
from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.past import Record, Records
from qubecb.dispatch.ports.configuration import Binding, InForce, Pause
from qubecb.dispatch.ports.events import AcceptedEvent, Previous


class Configured(Protocol):
    """Which configuration was in force at which time."""

    def changes(self) -> Sequence[tuple[float, InForce]]:
        """Give all configurations that were in force, each with its beginning (Unix seconds), in order."""

    def binding_at(self, sequence: int) -> int:
        """Give the binding in force when an event was accepted, as `Reading.binding_at`."""

    def binding(self, binding_id: int) -> Binding:
        """Give a binding by its id."""


class InForceByTime:
    """Which configuration was in force at which time.

    Takes all that were, each with its beginning (Unix seconds), in order.
    """

    def __init__(self, changes: Sequence[tuple[float, InForce]]) -> None:
        self.changes = changes
        self._since = [since for since, _ in changes]

    @property
    def newest(self) -> InForce:
        """The one that is in force now."""
        _, force = self.changes[-1]
        return force

    def at(self, time: float) -> InForce:
        """Give the one in force at a time; before all of them, the first."""
        return self.changes[max(0, bisect_right(self._since, time) - 1)][1]

    def next_after(self, time: float) -> float:
        """When another one comes into force next; infinity: never."""
        place = bisect_right(self._since, time)
        return min(self._since[place : place + 1], default=inf)


class Forces(Protocol):
    """Which configuration is in force at which time, as a rehearsal asks. Times are Unix seconds."""

    def in_force_at(self, time: float) -> InForce:
        """Give the one in force at a time."""

    def binding_at(self, sequence: int) -> int:
        """Give the binding in force when an event was accepted."""

    def binding(self, binding_id: int) -> Binding:
        """Give a binding by its id."""

    def changes_after(self, time: float) -> float:
        """When another one comes into force next; infinity: never."""


class Unhindered:
    """Implements Past. Past pauses and disabled languages are left out.

    Takes what was in force when, the records, and which of them matter.
    """

    def __init__(self, forces: Forces, records: Records, hearing: Hearing) -> None:
        self._forces = forces
        self._records = records
        self._hearing = hearing
        self.in_force_at = forces.in_force_at
        self.binding_at = forces.binding_at
        self.binding = forces.binding

    def records(self) -> Iterable[Record]:
        return self._records.records()

    def of_timers(self) -> Iterable[AcceptedEvent]:
        return self._records.of_timers()

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        return self._records.previous(events)

    def told_after(
        self, accepted: AcceptedEvent, time: float
    ) -> Sequence[AcceptedEvent]:
        return self._records.told_after(accepted, time)

    def pauses_at(self, time: float) -> Sequence[Pause]:
        return ()

    def flags_at(self, time: float) -> QubConf:
        return QubConf()

    def same_until(self, time: float) -> float:
        if self._hearing.times:
            return time
        return nextafter(self._forces.changes_after(time), -inf)

    def looks(self, span: Span) -> Iterator[float]:
        """When timers of a span are looked at though nothing is planned.

        Just before the span, for times that had come by then; and whenever another
        configuration, which may ask for other times, comes into force in it.
        """
        if not self._hearing.times:
            return
        yield nextafter(span.since, -inf)
        time = span.since
        while time < span.until:
            yield time
            time = self._forces.changes_after(time)
        yield span.until
