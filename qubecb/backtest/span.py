"""The span of the past that a backtest is about, and which of its records matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qubecb.dispatch.index import TriggerIndex
from qubecb.dispatch.ports.configuration import Binding
from qubecb.durations import DAY


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when (Unix seconds), and the records that were accepted in between."""

    since: float
    until: float
    #: The sequence of the last record before it; 0: none.
    after: int
    #: The sequence of its last record.
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
    """Which records matter to some configurations; others need not be judged."""

    #: Names and types that can satisfy an event spec.
    kinds: frozenset[tuple[str, str]]
    #: Triggers ask for other jobs than the event's own, so relations between jobs matter.
    others: bool
    #: Triggers ask for times, so the beginning and the end of a job matter.
    times: bool
    #: Triggers remember something from one event to the next.
    remembers: bool

    @property
    def everything(self) -> bool:
        """Whether any record may change what is judged."""
        return self.others or self.times

    @classmethod
    def of(cls, bindings: Iterable[Binding]) -> Hearing:
        """Derive it from the triggers of bindings."""
        indexes = [TriggerIndex(binding) for binding in bindings]
        triggers = [each.trigger for index in indexes for each in index.mappings]
        specs = {spec for trigger in triggers for spec in trigger.specs}
        return cls(
            frozenset(kind for spec in specs for kind in spec.kinds),
            any(spec.context_kind not in (None, "self") for spec in specs),
            any(spec.is_time for spec in specs),
            any(trigger.needs_memory for trigger in triggers),
        )
