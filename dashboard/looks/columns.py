"""The bars of a chart of runs, as views give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.looks.states import look_of

#: From the bottom of a bar to its top.
ORDER = (
    "succeeded",
    "running",
    "queued",
    "suppressed",
    "cancelled",
    "lost",
    "timed_out",
    "crashed",
    "failed",
)


@dataclass(frozen=True, slots=True)
class Column:
    """One bar: what stands under it, where it leads, and how much of each state."""

    label: str
    href: str
    counts: Mapping[str, int]
    #: Whether its label is shown on the axis.
    tick: bool = True

    @property
    def total(self) -> int:
        """How many it counts in all."""
        return sum(self.counts.values())

    @property
    def title(self) -> str:
        """The bar in words: `14:00: 12 runs: 10 succeeded, 2 failed`."""
        said = [
            f"{self.counts[state]:,} {look_of(state).word.lower()}"
            for state in ORDER
            if self.counts.get(state)
        ]
        runs = "1 run" if self.total == 1 else f"{self.total:,} runs"
        return f"{self.label}: {runs}" + (f": {', '.join(said)}" if said else "")
