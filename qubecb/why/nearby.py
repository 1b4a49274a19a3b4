"""Finds the event that is most like an event spec. The time it takes does not depend on their number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qubecb.events import PARTS
from qubecb.triggers import EventSpec
from qubecb.why.answer import Nearest
from qubecb.why.evidence import RecordedEvent


class Nearby:
    """The last event of each kind. Takes events in the order in which they were planned."""

    def __init__(self, events: Iterable[RecordedEvent]) -> None:
        self._kinds: dict[tuple[str, str], RecordedEvent] = {}
        self._names: dict[str, RecordedEvent] = {}
        self._types: dict[str, RecordedEvent] = {}
        for each in events:
            event = each.accepted.event
            self._kinds[event.name, event.type] = each
            self._names[event.name] = each
            self._types[event.type] = each

    def to(self, spec: EventSpec) -> Nearest | None:
        """Give the event that is most like an event spec (of equal ones the last), and how it differs."""
        if (found := _last(map(self._kinds.get, spec.kinds))) is not None:
            return _nearest(found, _besides_kind(spec, found))
        names = (name for name, _ in spec.kinds)
        if (found := _last(map(self._names.get, names))) is not None:
            return _nearest(found, "another type")
        if (found := self._types.get(spec.type)) is not None:
            return _nearest(found, "another name")
        return None


def _besides_kind(spec: EventSpec, found: RecordedEvent) -> str:
    """How an event differs that has the name and type of an event spec."""
    event = found.accepted.event
    if spec.extra is not None and not spec.any_extra and event.extra != spec.extra:
        return f"another {PARTS.get(event.type, 'time')}"
    return "another job or time"


def _last(events: Iterable[RecordedEvent | None]) -> RecordedEvent | None:
    found: Iterator[RecordedEvent] = (each for each in events if each is not None)
    return max(found, key=lambda each: each.turn, default=None)


def _nearest(found: RecordedEvent, differs: str) -> Nearest:
    event = found.accepted.event
    sequence = found.accepted.sequence
    return Nearest(event.id, event.spec, event.job.id, found.at, differs, sequence)
