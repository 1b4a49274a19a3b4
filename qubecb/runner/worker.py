"""A worker: takes runs from the store, has them run, and records what became of them.

Two threads, so that nothing that runs waits for the disk and nothing on disk waits for what
runs: the caller of `run` owns the Runner, the other one talks to the store.

1. The recorder leaves outcomes and claims as many runs as there are free slots, both in one
   transaction. A slot is free once its outcome is handed to that transaction.
2. A run's order reaches the Runner after it is durably `running`.
3. An outcome waits for at most one transaction before its own begins.
4. When the store fails, outcomes are kept and offered again; nothing new is claimed.
5. What the store will not take for what is in it is told from the rest, and recorded without
   its contents, so that one outcome cannot hold up the others.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from qubecb.errors import StoreError
from qubecb.runner.claims import Claims
from qubecb.runner.farm.port import Farm
from qubecb.runner.order import Order
from qubecb.runner.outcome import Outcome
from qubecb.runner.ports import RunStore
from qubecb.runner.running.engine import Runner

logger = logging.getLogger(__name__)

#: Seconds after which everybody looks without having been woken.
LOOK = 1.0
#: Seconds that outcomes wait for the next one, so that they share a transaction.
GATHER = 0.004
#: Seconds between attempts while the store fails.
RETRY = 0.5
#: So often a store may fail for a reason unknown to us, until outcomes are offered singly.
SURPRISES = 3
#: Seconds between SIGTERM and SIGKILL for a run that the end of the worker ends.
HURRY = 0.7
#: Seconds at the end in which outcomes are offered to a store that fails.
LAST_TRIES = 2.0


class Worker:
    """Runs callbacks from a store. `run` blocks; `wake`, `look` and `stop` are for others.

    Takes its name, as runs bear it; how many callbacks run at a time; and what gives the
    farm for an order.
    """

    def __init__(
        self,
        name: str,
        store: RunStore,
        runner: Runner,
        farm: Callable[[Order], Farm],
        concurrency: int,
    ) -> None:
        self.name = name
        self._store = store
        self._runner = runner
        self._farm = farm
        self._concurrency = concurrency
        #: How often the Runner was served.
        self.turns = 0
        self._changed = threading.Condition()
        # Guarded by _changed:
        self._ended: list[Outcome] = []
        self._orders: deque[Order] = deque()
        self._woken = True
        self._wished = False
        # Set once, read by both:
        self._stopping = False
        self._drained = threading.Event()
        self._closed = False
        self._claims = Claims(name, store, concurrency, self._start)
        # The recorder's own:
        self._look_at = 0.0
        self._surprises = 0

    @property
    def held(self) -> int:
        """How many runs it has claimed and not yet recorded."""
        return len(self._claims.held)

    def alongside(self) -> AbstractContextManager[Callable[[], None]]:
        """Give what claims runs in the transaction that queues them (see Claims)."""
        return self._claims.alongside(self.wake)

    def wake(self) -> None:
        """Runs may have been queued. For any thread."""
        with self._changed:
            self._woken = True
            self._changed.notify()

    def look(self) -> None:
        """Somebody may want a run ended. For any thread."""
        with self._changed:
            self._wished = self._woken = True
            self._changed.notify()

    def stop(self) -> None:
        """Claim nothing more, and let `run` return. For any thread and signal handlers."""
        self._stopping = True
        self._runner.wake()

    def run(self, grace: float) -> None:
        """Work until `stop`; then let runs finish for `grace` seconds and end the rest."""
        recorder = threading.Thread(target=self._record, name="recorder")
        recorder.start()
        try:
            while not self._stopping:
                self._turn(LOOK)
            self._finish(time.monotonic() + grace)
            self._hand_over(self._runner.close(0.0, HURRY))
        finally:
            self._closed = True
            self.wake()
            recorder.join()

    def _finish(self, deadline: float) -> None:
        """Serve what was claimed until all of it has ended or the time is over."""
        self.wake()
        while time.monotonic() < deadline:
            if self._drained.is_set() and not self._orders and not self._runner.running:
                return
            self._turn(min(LOOK / 10, max(0.0, deadline - time.monotonic())))
        self._drained.wait(LOOK)
        self._turn(0.0)

    def _turn(self, seconds: float) -> None:
        """Start what was claimed, and serve what runs for so long or until something is up."""
        self.turns += 1
        with self._changed:
            orders, self._orders = self._orders, deque()
        for order in orders:
            self._runner.start(order, self._farm(order))
        self._hand_over(self._runner.poll(seconds))

    def _hand_over(self, ended: list[Outcome]) -> None:
        if ended:
            with self._changed:
                self._ended += ended
                self._changed.notify()

    # The recorder.

    def _record(self) -> None:
        tries_end = 0.0
        while not self._closed or (self._ended and time.monotonic() < tries_end):
            ended, looking = self._news()
            try:
                self._exchange(ended)
                if looking:
                    self._cancel()
            except StoreError as error:
                logger.error("runs cannot be recorded: %s", error)
                self._offer_again(ended)
            except Exception:  # without this thread nothing would run or be recorded
                logger.exception("runs cannot be recorded")
                self._surprises += 1
                if self._surprises >= SURPRISES:
                    ended = self._recorded_singly(ended)
                self._offer_again(ended)
            else:
                self._surprises = 0
            if not self._closed:
                tries_end = time.monotonic() + LAST_TRIES
        self._exchange(self._news()[0])

    def _news(self) -> tuple[list[Outcome], bool]:
        """Wait for something to do; give what ended, and whether to look for wishes."""
        with self._changed:
            if not (self._ended or self._woken or self._closed):
                self._changed.wait(LOOK)
            if self._ended and not self._woken:
                self._gather()
            ended, self._ended = self._ended, []
            now = time.monotonic()
            looking = self._wished or (bool(self.held) and now > self._look_at)
            if looking:
                self._look_at = now + LOOK
            self._woken = self._wished = False
        return ended, looking

    def _gather(self) -> None:
        """Wait for more outcomes, as long as they come soon one after the other."""
        seen = 0
        while seen < len(self._ended) and not self._enough():
            seen = len(self._ended)
            self._changed.wait(GATHER)

    def _enough(self) -> bool:
        """Whether so much has ended, or something else is up, that it pays to record."""
        most = min(self.held, max(1, self._concurrency // 2))
        return self._woken or self._closed or len(self._ended) >= most

    def _recorded_singly(self, ended: list[Outcome]) -> list[Outcome]:
        """Record what can be; give the rest, without what may have been the trouble."""
        left = []
        for outcome in ended:
            try:
                self._claims.record(outcome)
            except StoreError:
                left.append(outcome)
            except Exception as error:  # whatever the database has against it
                logger.exception("run %s: its outcome is refused", outcome.run_id)
                left.append(outcome.without_contents(error))
        return left

    def _exchange(self, ended: list[Outcome]) -> None:
        """One transaction: outcomes in, orders out."""
        draining = self._claims.closed = self._stopping
        self._claims.exchange(ended)
        if draining:
            self._drained.set()

    def _start(self, orders: Sequence[Order]) -> None:
        with self._changed:
            self._orders += orders
        self._runner.wake()

    def _cancel(self) -> None:
        for run_id, reason in self._store.cancellations(self.name).items():
            self._runner.cancel(run_id, reason)

    def _offer_again(self, ended: list[Outcome]) -> None:
        with self._changed:
            self._ended = ended + self._ended
            self._changed.wait(RETRY)
