"""Answers qb calls in threads, so that a slow farm holds up nobody but the run that asks."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from queue import SimpleQueue

from qubecb.runner.farm.conversation import Call, Conversation

#: Threads at most; calls wait for one, and their scripts give up after the farm's timeout.
MOST_THREADS = 64

_Asked = tuple[str, Conversation, Call]
#: Where one thread gets its calls.
_Desk = SimpleQueue[_Asked | None]


class PendingCalls:
    """The calls of one callback. The farm is asked one at a time, in order."""

    def __init__(self) -> None:
        self._waiting: deque[Call] = deque()
        #: Since when (monotonic) one is with the farm.
        self._asked_at: float | None = None

    @property
    def asked(self) -> bool:
        """Whether one is with the farm."""
        return self._asked_at is not None

    def add(self, calls: Iterable[Call]) -> None:
        """Take its next calls, behind those that wait."""
        self._waiting.extend(calls)

    def next(self, now: float) -> Call | None:
        """Give what the farm is to be asked now, if anything."""
        if self.asked or not self._waiting:
            return None
        self._asked_at = now
        return self._waiting.popleft()

    def answered(self) -> None:
        """The farm answered, or is not waited for any longer."""
        self._asked_at = None

    def asked_before(self, moment: float) -> bool:
        """Whether the farm has had one since before then."""
        return self._asked_at is not None and self._asked_at < moment


class FarmCalls:
    """A pool of daemon threads: one that hangs in a farm does not keep the service alive.

    `wake` is called from them whenever an answer is ready. The thread that was free last is
    asked first: what it needs is still in the processor's caches.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._answers: SimpleQueue[tuple[str, bytes]] = SimpleQueue()
        self._lock = threading.Lock()
        # Guarded by _lock:
        self._waiting: deque[_Asked] = deque()
        self._free: list[_Desk] = []
        self._threads = 0
        self._closed = False

    def ask(self, run_id: str, conversation: Conversation, call: Call) -> None:
        """Have a call answered; the answer comes out of `answers` some time."""
        asked = run_id, conversation, call
        with self._lock:
            if self._free:
                self._free.pop().put(asked)
            elif self._threads < MOST_THREADS:
                self._threads += 1
                threading.Thread(
                    target=self._work, args=[asked], name="qubecb-farm", daemon=True
                ).start()
            else:
                self._waiting.append(asked)

    def answers(self) -> list[tuple[str, bytes]]:
        """Give the answers that are ready, with the ids of their runs."""
        return [self._answers.get() for _ in range(self._answers.qsize())]

    def close(self) -> None:
        """Let the threads end as soon as they are free."""
        with self._lock:
            self._closed = True
            for desk in self._free:
                desk.put(None)

    def _work(self, first: _Asked) -> None:
        desk: _Desk = SimpleQueue()
        desk.put(first)
        while (asked := desk.get()) is not None:
            run_id, conversation, call = asked
            self._answers.put((run_id, conversation.answer(call)))
            self._free_again(desk)
            self._wake()

    def _free_again(self, desk: _Desk) -> None:
        """Give this thread what waits longest, or note that it is free."""
        with self._lock:
            if self._waiting:
                desk.put(self._waiting.popleft())
            elif self._closed:
                desk.put(None)
            else:
                self._free.append(desk)
