"""What the worker needs of a store. The ORM keeps it; so does qubecb.testing.

Guarantees that every store gives:

1. A run that `exchange` gives out is durably `running` before it returns, and is given out
   once, to one worker, ever.
2. Outcomes are durable when `exchange` returns. An outcome that comes late, for a run that
   was given up as lost, replaces that; it never replaces another outcome.
3. A callback that was paused after planning is not given out: its run becomes suppressed.
4. Trouble of the database is a StoreError. Then nothing was changed, unless the answer to the
   commit was lost: `recover` tells what such a commit gave out.

A worker's name is unique: no other worker ever had it or will have it.
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

    def recover(self, worker: str, held: Collection[str]) -> Sequence[Order]:
        """Make the runs of a worker what it says they are, after an exchange that failed.

        Takes the ids of the runs that it was given. Those that the store has as queued, because
        it forgot, become running. Gives the orders of all others that are running in its name: a
        commit gave them out whose answer was lost, and none of them was started.
        """

    def cancellations(self, worker: str) -> Mapping[str, str]:
        """Give which of the worker's runs somebody wants ended: the sentence by run id."""
