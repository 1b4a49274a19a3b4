"""Finds for mappings the event that came furthest on the way, among all that a job saw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.events import DONE_NAMES
from qubecb.triggers import EventSpec
from qubecb.why.case import Case
from qubecb.why.causes import Code
from qubecb.why.evidence import RecordedEvent
from qubecb.why.finding import first_cause
from qubecb.why.witness import Moment, Witness

#: Makes the case of a mapping at an event.
Make: TypeAlias = Callable[[MappingKey, RecordedEvent, Moment | None], Case]
_PLACE = {code: place for place, code in enumerate(Code)}


@dataclass(slots=True)
class Wanted:
    """At which events which mappings are looked at."""

    #: By name and type.
    kinds: dict[tuple[str, str], list[MappingKey]] = field(
        default_factory=lambda: defaultdict(list)
    )
    #: By sequence.
    events: dict[int, list[MappingKey]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, key: MappingKey, specs: Iterable[EventSpec]) -> None:
        """Look at a mapping at every event that has the name and type of an event spec."""
        for spec in specs:
            names = (spec.name, *(DONE_NAMES if spec.name == "done" else ()))
            for name in names:
                keys = self.kinds[name, spec.type]
                if key not in keys:
                    keys.append(key)

    def at(self, recorded: RecordedEvent) -> Collection[MappingKey]:
        """Give the mappings to look at at an event."""
        event = recorded.accepted.event
        kind = self.kinds.get((event.name, event.type), ())
        exactly = self.events.get(recorded.accepted.sequence, ())
        return [*kind, *(each for each in exactly if each not in kind)]


def furthest(
    witness: Witness,
    events: Mapping[int, RecordedEvent],
    wanted: Wanted,
    make: Make,
) -> dict[MappingKey, Case]:
    """Give for each mapping the case that came furthest; of several the last.

    Takes every event by its sequence, also those that were not planned.
    """
    best: dict[MappingKey, tuple[int, Case]] = {}
    for recorded, moment in met(witness, events, wanted):
        for key in wanted.at(recorded):
            case = make(key, recorded, moment)
            cause = first_cause(case)
            place = len(_PLACE) if cause is None else _PLACE[cause.code]
            if key not in best or place >= best[key][0]:
                best[key] = place, case
    return {key: case for key, (_, case) in best.items()}


def met(
    witness: Witness, events: Mapping[int, RecordedEvent], wanted: Wanted
) -> Iterable[tuple[RecordedEvent, Moment | None]]:
    """The events at which somebody is looked at, with how things were."""
    for accepted in witness.records():
        recorded = events.get(accepted.sequence)
        if recorded is not None and wanted.at(recorded):
            yield recorded, look(witness, recorded)
    for recorded in events.values():
        if recorded.planned_at is None and wanted.at(recorded):
            yield recorded, look(witness, recorded)


def look(witness: Witness, recorded: RecordedEvent) -> Moment | None:
    """Look around at an event; None: it cannot be judged, for which it was set aside."""
    try:
        return witness.look(recorded.accepted, recorded.at)
    except Exception:
        if recorded.set_aside_at is None:
            raise
        return None
