"""The stretch of the past that a backtest is about, and what of it can be heard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qubecb.dispatch.index import TriggerIndex
from qubecb.dispatch.ports.configuration import Binding
from qubecb.events import DONE_NAMES

DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when (Unix seconds), and the records that were accepted in between."""

    since: float
    until: float
    #: The sequence of the last record before it, 0 for none.
    after: int
    #: That of its last record.
    last: int

    @property
    def days(self) -> float:
        """How many days it has."""
        return max(self.until - self.since, 1.0) / DAY

    def holds(self, sequence: int) -> bool:
        """Whether a record was accepted in it."""
        return self.after < sequence <= self.last


@dataclass(frozen=True, slots=True)
class Hearing:
    """What some configurations ask of records, so that others need not be judged."""

    #: Name and type of what can satisfy an event spec.
    kinds: frozenset[tuple[str, str]]
    #: Jobs other than the event's own are asked about, so that whose child each is counts.
    others: bool
    #: Times are asked for, so that it counts when a job begins and is done.
    times: bool
    #: Something is remembered from one event to the next.
    remembers: bool

    @property
    def everything(self) -> bool:
        """Whether any record may change what is judged."""
        return self.others or self.times

    @classmethod
    def of(cls, bindings: Iterable[Binding]) -> Hearing:
        """Read it off the triggers of bindings."""
        indexes = [TriggerIndex(binding) for binding in bindings]
        triggers = [each.trigger for index in indexes for each in index.mappings]
        specs = {spec for trigger in triggers for spec in trigger.specs}
        kinds = {(spec.name, spec.type) for spec in specs}
        done = {kind for name, kind in kinds if name == "done"}
        return cls(
            frozenset(kinds | {(name, kind) for name in DONE_NAMES for kind in done}),
            any(spec.context_kind not in (None, "self") for spec in specs),
            any(spec.is_time for spec in specs),
            any(trigger.needs_memory for trigger in triggers),
        )
