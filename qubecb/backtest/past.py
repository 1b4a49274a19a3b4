"""The past as it was and as it would have been with an edit, side by side."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf, nextafter
from typing import Protocol

from qubecb.backtest.edit import BEFORE, Edit
from qubecb.backtest.span import Hearing, Span
from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.past import Record, Records
from qubecb.dispatch.ports.configuration import (
    Binding,
    InForce,
    MappingKey,
    Pause,
)
from qubecb.dispatch.ports.events import AcceptedEvent, Previous


class Configured(Protocol):
    """Which configuration was in force at which time."""

    def changes(self) -> Sequence[tuple[float, InForce]]:
        """Give all configurations that were in force, each with its beginning (Unix seconds), in order."""

    def binding_at(self, sequence: int) -> int:
        """Give the binding in force when an event was accepted, as `Reading.binding_at`."""

    def binding(self, binding_id: int) -> Binding:
        """Give a binding by its id."""


class Timeline:
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


class Sides:
    """Which configuration is in force at which time, each with both sides of the edit.

    Takes the edit, its span, and the configurations of the past.
    """

    def __init__(self, edit: Edit, span: Span, configured: Configured) -> None:
        self._edit = edit
        self._span = span
        self._configured = configured
        self._timeline = Timeline(configured.changes())
        self._sides: dict[int, Binding] = {}

    def hearing(self) -> Hearing:
        """Give which records matter to any configuration of either side."""
        bindings = {force.binding for _, force in self._timeline.changes}
        names = (_name(each, edited) for each in bindings for edited in (True, False))
        return Hearing.of(self.binding(name) for name in names)

    def meant(self, accepted: AcceptedEvent) -> AcceptedEvent | None:
        """Give a record as it counts for both sides; None if it counts for neither.

        A test of one mapping changes nothing. A time of the site was made for one mapping as it
        was, so it counts for the old side only; the times of the edit are computed.
        """
        only = accepted.only
        if only is None:
            return accepted
        edit = self._edit
        if accepted.beside or only.directory != edit.directory:
            return None
        key = MappingKey(BEFORE, only.file)
        return replace(accepted, only=key) if only.file in edit.files else None

    def in_force_at(self, time: float) -> InForce:
        force = self._timeline.at(time)
        if self._edit.mode == "throughout":
            return InForce(_name(force.binding, True), force.after)
        if time < self._span.since:
            return InForce(_name(force.binding, False), force.after)
        after = max(force.after, self._span.after)
        return InForce(_name(force.binding, True), after)

    def binding_at(self, sequence: int) -> int:
        throughout = self._edit.mode == "throughout"
        edited = throughout or sequence > self._span.after
        return _name(self._configured.binding_at(sequence), edited)

    def binding(self, binding_id: int) -> Binding:
        if binding_id not in self._sides:
            real, edited = divmod(binding_id, 2)
            was = self._configured.binding(real)
            self._sides[binding_id] = self._edit.both(was, binding_id, bool(edited))
        return self._sides[binding_id]

    def changes_after(self, time: float) -> float:
        """When the configuration in force changes next; infinity: never."""
        following = self._timeline.next_after(time)
        since = self._span.since
        return min(following, since) if time < since else following


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


class EditedPast(Unhindered):
    """The same with both sides of an edit: each record as it counts for both."""

    def __init__(self, sides: Sides, records: Records, hearing: Hearing) -> None:
        super().__init__(sides, records, hearing)
        self._meant = sides.meant

    def records(self) -> Iterable[Record]:
        for record in super().records():
            accepted = self._meant(record.accepted)
            if accepted is not None:
                yield replace(record, accepted=accepted)

    def of_timers(self) -> Iterable[AcceptedEvent]:
        meant = map(self._meant, super().of_timers())
        return (each for each in meant if each is not None)


def _name(binding: int, edited: bool) -> int:
    """The id of a binding of both sides."""
    return 2 * binding + edited
