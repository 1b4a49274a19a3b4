"""Wakes a thread that waits in a selector, from any other thread."""

from __future__ import annotations

import contextlib
import os


class Bell:
    """A pipe that is written to for being heard. For one waiting thread."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        for descriptor in (self._read, self._write):
            os.set_blocking(descriptor, False)

    def fileno(self) -> int:
        """What the waiting thread has its selector watch."""
        return self._read

    def ring(self) -> None:
        """Wake the waiting thread. For any thread, and for signal handlers."""
        with contextlib.suppress(OSError):
            os.write(self._write, b"w")

    def heard(self) -> None:
        """Be quiet until it is rung again."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._read, 4096)

    def close(self) -> None:
        """Let go of the pipe; who rings from now on writes into nothing else's."""
        write, self._write = self._write, -1
        os.close(self._read)
        os.close(write)
