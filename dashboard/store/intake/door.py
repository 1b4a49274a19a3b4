"""Lets threads share a write transaction: a commit costs the same for one as for fifty."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dashboard.store.database.transactions import PATIENCE, writing
from qubecb.errors import StoreBusy, StoreError

#: Seconds to wait for the gate at least, however long the wait for the door was.
_LEAST = 1.0


@dataclass(eq=False, slots=True)
class Caller:
    """One thread's part of a shared transaction."""

    work: Callable[[], int]
    #: When it stops waiting, by the monotonic clock.
    deadline: float
    #: Its transaction has ended, whether it succeeded or failed.
    done: bool = False
    result: int = 0
    error: Exception | None = None

    def fail(self, error: Exception) -> None:
        """Note that nothing of it was stored."""
        self.error, self.done = error, True


@dataclass(slots=True)
class Door:
    """Lets threads share a transaction.

    1. A thread adds its part to the list, and waits for the door for a limited time.
    2. If another thread has stored its part meanwhile, it leaves with the result.
    3. Otherwise it commits all parts on the list in one transaction.
    4. If that fails because of one part, each part is tried by itself, so that one cannot spoil
       the others. If the database was busy, nothing is tried again: all would wait again.
    5. Whatever ends a commit, even the end of its thread, each thread whose part was not stored
       is told so.
    6. A thread that has waited long enough takes its part back, and nothing of it is stored.
       A part that is already in a commit stays until that commit has ended.
    """

    patience: float = PATIENCE
    _waiting: list[Caller] = field(default_factory=list)
    _putting: threading.Lock = field(default_factory=threading.Lock)
    _committing: threading.Lock = field(default_factory=threading.Lock)

    def pass_through(self, work: Callable[[], int]) -> int:
        """Do the work in a transaction and give its result once that is durable.

        Raises what the work raises, and StoreError; then nothing of it was stored.
        """
        caller = Caller(work, time.monotonic() + self.patience)
        with self._putting:
            self._waiting.append(caller)
        self._wait_for_turn(caller)
        if caller.error is not None:
            raise caller.error
        return caller.result

    def _wait_for_turn(self, caller: Caller) -> None:
        if not self._committing.acquire(timeout=self.patience):
            if self._withdraw(caller):
                raise StoreBusy
            self._committing.acquire()
        try:
            if not caller.done:
                self._commit(max(_LEAST, caller.deadline - time.monotonic()))
        finally:
            self._committing.release()

    def _withdraw(self, caller: Caller) -> bool:
        """Take a part back; False if it is already in a commit."""
        with self._putting:
            if caller not in self._waiting:
                return False
            self._waiting.remove(caller)
            return True

    def _commit(self, patience: float) -> None:
        with self._putting:
            callers, self._waiting = self._waiting, []
        try:
            if not _commit_together(callers, patience):
                for caller in callers:
                    _commit_alone(caller, patience)
        finally:
            for caller in callers:
                if not caller.done:
                    caller.fail(StoreError())


def _commit_together(callers: list[Caller], patience: float) -> bool:
    """Commit all or nothing; False if it is worth trying each part by itself."""
    try:
        with writing(patience):
            for caller in callers:
                caller.result = caller.work()
    except Exception as error:  # noqa: BLE001 (each caller gets its own)
        if len(callers) > 1 and not isinstance(error, StoreBusy):
            return False
        for caller in callers:
            caller.fail(error)
        return True
    for caller in callers:
        caller.done = True
    return True


def _commit_alone(caller: Caller, patience: float) -> None:
    try:
        with writing(patience):
            caller.result = caller.work()
    except Exception as error:  # noqa: BLE001 (raised in the caller's thread)
        caller.fail(error)
    else:
        caller.done = True
