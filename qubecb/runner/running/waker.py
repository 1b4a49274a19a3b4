"""Wakes a thread that waits in a selector, from any other thread."""

from __future__ import annotations

import contextlib
import os


class Waker:
    """A pipe that becomes readable. For one waiting thread."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        for descriptor in (self._read, self._write):
            os.set_blocking(descriptor, False)

    def fileno(self) -> int:
        """The descriptor that the waiting thread has in its selector."""
        return self._read

    def wake(self) -> None:
        """Wake the waiting thread. For any thread, and for signal handlers."""
        with contextlib.suppress(OSError):
            os.write(self._write, b"w")

    def woken(self) -> None:
        """Be unreadable until the next `wake`. For the thread that waited."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._read, 4096)

    def close(self) -> None:
        """Close the pipe. A later `wake` writes to no descriptor, as the number is reused."""
        write, self._write = self._write, -1
        os.close(self._read)
        os.close(write)
