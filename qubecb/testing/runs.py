"""A store of runs in memory."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.errors import StoreError
from qubecb.runner.order import Order
from qubecb.runner.outcome import Outcome


@dataclass
class MemoryRuns:
    """Orders that wait, and outcomes by run id. Implements RunStore; for any threads.

    Orders are given out first come, first served, of one callback `share` at a time.
    """

    share: int = 4
    waiting: deque[Order] = field(default_factory=deque)
    #: The worker of each run that was given out and has not ended.
    running: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    #: What somebody wants ended: the sentence by run id.
    wishes: dict[str, str] = field(default_factory=dict)
    #: The next exchanges fail so often, by default like those of a database that is full.
    failures: int = 0
    failure: Exception = field(default_factory=StoreError)
    #: Outcomes with this in their output are refused, and what is offered with them.
    poison: bytes | None = None
    #: The answers to the next exchanges are lost so often, after all of it was stored.
    lost_answers: int = 0
    #: Every order that was given out, by run id.
    given: dict[str, Order] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def queue(self, *orders: Order) -> None:
        """Put orders into the queue."""
        with self._lock:
            self.waiting.extend(orders)

    def exchange(
        self,
        worker: str,
        ended: Sequence[Outcome],
        free: int,
        running: Mapping[MappingKey, int],
    ) -> Sequence[Order]:
        """Record outcomes and claim the next runs, or do neither."""
        with self._lock:
            if self.failures:
                self.failures -= 1
                raise self.failure
            if self.poison and any(self.poison in each.output.head for each in ended):
                raise ValueError(self.poison)
            for outcome in ended:
                self._record(outcome)
            claimed = self._claim(worker, free, Counter(running))
            if self.lost_answers:
                self.lost_answers -= 1
                raise self.failure
            return claimed

    def recover(self, worker: str, held: Collection[str]) -> Sequence[Order]:
        """Give what was given out and never came; what is held runs, whatever was stored."""
        with self._lock:
            forgotten = [each for each in self.waiting if each.run_id in held]
            for order in forgotten:
                self.waiting.remove(order)
                self.running[order.run_id] = worker
            mine = {run for run, whose in self.running.items() if whose == worker}
            return [self.given[run] for run in self.given if run in mine - {*held}]

    def cancellations(self, worker: str) -> Mapping[str, str]:
        """Give which of the worker's runs somebody wants ended."""
        with self._lock:
            mine = {run for run, whose in self.running.items() if whose == worker}
            return {run: why for run, why in self.wishes.items() if run in mine}

    def _record(self, outcome: Outcome) -> None:
        if self.running.pop(outcome.run_id, None):
            self.outcomes[outcome.run_id] = outcome

    def _claim(
        self, worker: str, free: int, running: Counter[MappingKey]
    ) -> list[Order]:
        claimed: list[Order] = []
        for order in list(self.waiting):
            key = MappingKey(str(order.directory), order.file)
            if len(claimed) < free and running[key] < self.share:
                running[key] += 1
                self.waiting.remove(order)
                self.running[order.run_id] = worker
                self.given[order.run_id] = order
                claimed.append(order)
        return claimed
