"""The runs that a worker has claimed and not recorded yet, and how it claims more.

Two threads do so: the recorder, in a transaction of its own, and the thread that queues runs, in the
transaction that queues them. So a run that need not wait is given out without another
transaction, and without waking another thread for it.

1. One of them at a time. Who queues runs waits for nobody: where the recorder is at it, that
   claims by itself afterwards.
2. What was claimed is started when the transaction is durable, and forgotten when it failed.
3. After a failure it is the recorder that tries again: it knows what to do about failures. First
   it asks what was claimed all the same: the failed transaction may be durable.
4. A run that is held is never started again, whatever the store says.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.runner.order import Order
from qubecb.runner.outcome import Outcome
from qubecb.runner.ports import RunStore

#: What is held, and the orders among it that are new.
_Claimed = tuple[Mapping[str, MappingKey], Sequence[Order]]


class Claims:
    """Takes the worker's name, its store, how many callbacks run at a time, and what starts orders."""

    def __init__(
        self,
        name: str,
        store: RunStore,
        concurrency: int,
        start: Callable[[Sequence[Order]], None],
    ) -> None:
        self._name, self._store, self._concurrency = name, store, concurrency
        self._start = start
        #: By run id; replaced as a whole, so that anybody may read it.
        self.held: Mapping[str, MappingKey] = {}
        #: Nothing more is claimed.
        self.closed = False
        self._turn = threading.Lock()
        self._has_failed = False

    def exchange(self, ended: Sequence[Outcome]) -> None:
        """One transaction: outcomes in, orders out."""
        with self._turn:
            if self._has_failed:
                self._recover()
            self._has_failed = True
            self._hold(self._exchanged(ended))

    def record(self, outcome: Outcome) -> None:
        """One outcome by itself."""
        with self._turn:
            self._store.exchange(self._name, [outcome], 0, {})
            self.held = self._without([outcome])

    @contextmanager
    def alongside(self, wake: Callable[[], None]) -> Iterator[Callable[[], None]]:
        """Give what claims runs at the end of a transaction, which is within the block.

        `wake` is called after the block if they have to be claimed by the recorder.
        """
        asked, ours = False, False
        claimed: _Claimed | None = None

        def claim() -> None:
            nonlocal asked, ours, claimed
            asked = True
            ours = not self._has_failed and self._turn.acquire(blocking=False)
            if ours:
                self._has_failed = True
                claimed = self._exchanged(())

        try:
            yield claim
            if claimed is not None:
                self._hold(claimed)
        finally:
            if ours:
                self._turn.release()
        if asked and not ours:
            wake()

    def _exchanged(self, ended: Sequence[Outcome]) -> _Claimed:
        """Record and claim; gives what is held then if the transaction becomes durable."""
        held = self._without(ended)
        free = 0 if self.closed else self._concurrency - len(held)
        if not (ended or free > 0):
            return held, ()
        running = Counter(held.values())
        orders = self._store.exchange(self._name, ended, free, running)
        return self._with(held, orders)

    def _recover(self) -> None:
        """Start what a transaction claimed that seemed to have failed."""
        orders = self._store.recover(self._name, self.held)
        self._hold(self._with(self.held, orders))

    def _with(
        self, held: Mapping[str, MappingKey], orders: Sequence[Order]
    ) -> _Claimed:
        new = [each for each in orders if each.run_id not in self.held]
        keys = {each.run_id: MappingKey(str(each.directory), each.file) for each in new}
        return {**held, **keys}, new

    def _without(self, ended: Sequence[Outcome]) -> Mapping[str, MappingKey]:
        gone = {outcome.run_id for outcome in ended}
        return {run: key for run, key in self.held.items() if run not in gone}

    def _hold(self, claimed: _Claimed) -> None:
        self.held, orders = claimed
        self._has_failed = False
        if orders:
            self._start(orders)
