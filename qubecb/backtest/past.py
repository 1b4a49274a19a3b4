"""The past as it was and as it would have been with an edit, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from qubecb.backtest.edit import BEFORE, Edit
from qubecb.backtest.span import Hearing, Span
from qubecb.backtest.unhindered import Configured, InForceByTime, Unhindered
from qubecb.dispatch.past import Record, Records
from qubecb.dispatch.ports.configuration import Binding, InForce, MappingKey
from qubecb.dispatch.ports.events import AcceptedEvent


class Sides:
    """Implements Forces: each configuration has both sides of the edit.

    Takes the edit, its span, and the configurations of the past.
    """

    def __init__(self, edit: Edit, span: Span, configured: Configured) -> None:
        self._edit = edit
        self._span = span
        self._configured = configured
        self._forces = InForceByTime(configured.changes())
        self._sides: dict[int, Binding] = {}

    def hearing(self) -> Hearing:
        """Give which records matter to any configuration of either side."""
        bindings = {force.binding for _, force in self._forces.changes}
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
        force = self._forces.at(time)
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
        following = self._forces.next_after(time)
        since = self._span.since
        return min(following, since) if time < since else following


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
