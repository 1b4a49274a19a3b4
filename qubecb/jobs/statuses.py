"""Sets of statuses: from which a verb is allowed, which of a job's items it changes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statuses:
    """The statuses that are named, or all others; so a query can say it, too."""

    named: frozenset[str]
    others: bool = False

    def __call__(self, status: str) -> bool:
        """Whether a status is among them."""
        return (status in self.named) is not self.others


NONE = Statuses(frozenset())
ALL = Statuses(frozenset(), others=True)
