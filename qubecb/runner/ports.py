"""What the worker needs of a store. The ORM keeps it; so does qubecb.testing.

Guarantees that every store gives:

1. A run that `exchange` gives out is durably `running` before it returns, and is given out
   once, to one worker, ever.
2. Outcomes are durable when `exchange` returns. An outcome that comes late, for a run that
   was given up as lost, replaces that; it never replaces another outcome.
3. A callback that was paused after planning is not given out: its run becomes suppressed.
4. Trouble of the database is a StoreError, and then nothing was changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.runner.order import Order
from qubecb.runner.outcome import Outcome


class RunStore(Protocol):
    """Where a worker gets its runs and leaves what became of them."""

    def exchange(
        self,
        worker: str,
        ended: Sequence[Outcome],
        free: int,
        running: Mapping[MappingKey, int],
    ) -> Sequence[Order]:
        """Record outcomes and claim the next runs, in one durable transaction.

        Takes the worker's name, what ended, how many runs it can start now, and how many of
        each callback it is running. Gives at most `free` orders, of one callback so many
        that no more than its share run here, and callbacks that wait in turn.
        """

    def cancellations(self, worker: str) -> Mapping[str, str]:
        """Give which of the worker's runs somebody wants ended: the sentence by run id."""

    def bury(self, alive: Collection[str]) -> int:
        """Give up as lost the runs of all workers but these; gives how many."""
