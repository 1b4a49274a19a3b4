"""Finds for each mapping the event that came furthest on the way, among all events of a job."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.triggers import EventSpec
from qubecb.why.case import Case
from qubecb.why.causes import Code
from qubecb.why.evidence import RecordedEvent
from qubecb.why.finding import first_cause
from qubecb.why.witness import Moment, Witness

_Met: TypeAlias = tuple[RecordedEvent, Moment | None]
#: Makes the case of a mapping at an event.
Make: TypeAlias = Callable[[MappingKey, RecordedEvent, Moment | None], Case]


@dataclass(slots=True)
class Wanted:
    """Which mappings are to be judged at which events."""

    #: By name and type.
    kinds: dict[tuple[str, str], dict[MappingKey, None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    #: By sequence.
    events: dict[int, list[MappingKey]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, key: MappingKey, specs: Iterable[EventSpec]) -> None:
        """Judge a mapping at every event that has the name and type of an event spec."""
        for spec in specs:
            for kind in spec.kinds:
                self.kinds[kind][key] = None

    def kind(self, recorded: RecordedEvent) -> Collection[MappingKey]:
        """Give the mappings that wait for an event of this name and type."""
        event = recorded.accepted.event
        return self.kinds.get((event.name, event.type), ())

    def at(self, recorded: RecordedEvent) -> Sequence[MappingKey]:
        """Give the mappings to judge at an event."""
        kind = self.kind(recorded)
        exactly = self.events.get(recorded.accepted.sequence, ())
        return [*kind, *(each for each in exactly if each not in kind)]

    def is_any_at(self, recorded: RecordedEvent) -> bool:
        """Whether any mapping is to be judged at an event."""
        return bool(self.kind(recorded)) or recorded.accepted.sequence in self.events


def furthest(
    witness: Witness,
    events: Mapping[int, RecordedEvent],
    wanted: Wanted,
    make: Make,
) -> dict[MappingKey, Case]:
    """Give for each mapping the case that came furthest; of several the last.

    Takes every event by its sequence, also those that were not planned.
    """
    search = _Search(wanted, make)
    for recorded, moment in met(witness, events, wanted):
        search.meet(recorded, moment)
    return search.found()


@dataclass
class _Search:
    """Judges a mapping at every event that may satisfy one of its event specs.

    At all other events of one kind the same thing stops it, so it is judged at the last of these.
    """

    wanted: Wanted
    make: Make
    best: dict[MappingKey, tuple[int, Case]] = field(default_factory=dict)
    alike: dict[Hashable, _Met] = field(default_factory=dict)

    def meet(self, recorded: RecordedEvent, moment: Moment | None) -> None:
        """Judge the mappings that the event may concern."""
        exactly = self.wanted.events.get(recorded.accepted.sequence, ())
        kind = self.wanted.kind(recorded)
        hit = moment.may_satisfy() if moment and kind else frozenset()
        for key in {*exactly, *(each for each in hit if each in kind)}:
            self.judge(key, recorded, moment)
        if kind:
            self.alike[_likeness(recorded, moment)] = recorded, moment

    def found(self) -> dict[MappingKey, Case]:
        """Give the cases."""
        for recorded, moment in self.alike.values():
            for key in self.wanted.kind(recorded):
                if key not in self.best or self.best[key][0] < Code.WAITING_FOR.place:
                    self.judge(key, recorded, moment)
        return {key: case for key, (_, case) in self.best.items()}

    def judge(
        self, key: MappingKey, recorded: RecordedEvent, moment: Moment | None
    ) -> None:
        """Keep the case if none came further so far; of two that came as far, the later one."""
        case = self.make(key, recorded, moment)
        cause = first_cause(case)
        place = len(Code) if cause is None else cause.code.place
        before = self.best.get(key)
        if before is None or (before[0], before[1].event.turn) <= (
            place,
            recorded.turn,
        ):
            self.best[key] = place, case


def _likeness(recorded: RecordedEvent, moment: Moment | None) -> Hashable:
    """What decides how far a mapping comes if the event satisfies none of its event specs."""
    accepted, event = recorded.accepted, recorded.accepted.event
    kind = (event.name, event.type, event.job.id, accepted.only)
    fate = (recorded.planned_at is None, recorded.set_aside_at is None)
    return (*kind, *fate, None if moment is None else moment.likeness())


def met(
    witness: Witness, events: Mapping[int, RecordedEvent], wanted: Wanted
) -> Iterable[tuple[RecordedEvent, Moment | None]]:
    """The events at which mappings are to be judged, each with the state of things at that time."""
    for accepted in witness.records():
        recorded = events.get(accepted.sequence)
        if recorded is not None and wanted.is_any_at(recorded):
            yield recorded, look(witness, recorded)
    for recorded in events.values():
        if recorded.planned_at is None and wanted.is_any_at(recorded):
            yield recorded, look(witness, recorded)


def look(witness: Witness, recorded: RecordedEvent) -> Moment | None:
    """Give the state of things at an event; None: it cannot be judged and was set aside."""
    try:
        return witness.look(recorded.accepted, recorded.at)
    except Exception:
        if recorded.set_aside_at is None:
            raise
        return None
