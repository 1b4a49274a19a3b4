"""A lock on a file that threads of several processes take in turn, with a deadline.

The kernel has no `flock` with a time limit, and trying again and again would let others overtake.
So a caller that finds the file locked has a separate thread wait for it:

1. The caller tries at once, which nearly always succeeds.
2. Otherwise a thread waits in the kernel, in turn with other processes.
3. The caller waits for that thread until its deadline. The lock is then the caller's: it
   belongs to the open file and not to a thread.
4. A caller that gives up leaves the thread waiting. The next caller takes over the lock that
   the thread gets; if there is no next caller, the thread unlocks the file.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from qubecb.errors import StoreBusy


class Gate:
    """Lets one thread of one process through at a time.

    Takes the name of its file in the data directory.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._threads = threading.Lock()
        self._file: int | None = None
        #: The process that opened it, and the data directory.
        self._owner: tuple[int, Path] | None = None
        self._waiter: _Waiter | None = None

    @contextmanager
    def passed(self, patience: float) -> Iterator[None]:
        """Hold the gate during the block; raises StoreBusy when it is not free in time.

        Takes how many seconds to wait.
        """
        deadline = time.monotonic() + patience
        if not self._threads.acquire(timeout=patience):
            raise StoreBusy
        try:
            descriptor = self._descriptor()
            self._lock(descriptor, deadline)
            try:
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _lock(self, descriptor: int, deadline: float) -> None:
        if self._waiter is None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._waiter = _Waiter(descriptor)
            else:
                return
        elif not self._waiter.expect():
            self._waiter = _Waiter(descriptor)
        if not self._waiter.got_it(max(0.0, deadline - time.monotonic())):
            raise StoreBusy
        self._waiter = None

    def _descriptor(self) -> int:
        """This process's own open file: a descriptor kept over a fork shares its lock."""
        owner = os.getpid(), settings.DATA
        if self._file is None or self._owner != owner:
            if self._file is not None and self._waiter is None:
                os.close(self._file)
            self._file = self._waiter = None
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            self._file = os.open(settings.DATA / self._name, flags, 0o600)
            self._owner = owner
        return self._file


class _Waiter:
    """A thread that waits for the lock on behalf of a caller."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._state = threading.Condition()
        self._expected = True
        self._locked = False
        self._ended = False
        threading.Thread(target=self._wait, name="qubecb-gate", daemon=True).start()

    def expect(self) -> bool:
        """Take over from a caller that gave up; False if the thread has unlocked the file already."""
        with self._state:
            self._expected = not self._ended
            return self._expected

    def got_it(self, seconds: float) -> bool:
        """Wait for the lock; False if it did not come in time, and the caller gives up."""
        with self._state:
            try:
                self._state.wait_for(lambda: self._ended, seconds)
            finally:
                self._expected = False
            return self._locked

    def _wait(self) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        except OSError:
            self._end(locked=False)
        else:
            self._end(locked=True)

    def _end(self, *, locked: bool) -> None:
        with self._state:
            self._ended = True
            self._locked = locked and self._expected
            if locked and not self._expected:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            self._state.notify()
