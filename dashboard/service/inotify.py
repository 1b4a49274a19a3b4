"""Notices new files at once, where the kernel supports it (Linux, local file systems)."""

from __future__ import annotations

import ctypes
import os
import select
import time
from pathlib import Path

_NONBLOCK, _CLOEXEC = 0o4000, 0o2000000
_CLOSE_WRITE, _MOVED_TO = 0x8, 0x80


class Watch:
    """Waits until something was written into a directory or moved there.

    Only for speed: without inotify, `wait` waits for its whole time.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = os.fsencode(directory)
        self._descriptor = -1
        try:
            self._libc = ctypes.CDLL(None, use_errno=True)
            self._descriptor = self._libc.inotify_init1(_NONBLOCK | _CLOEXEC)
        except (OSError, AttributeError):
            pass  # no inotify here: `wait` only lets time pass
        self._watch()

    def _watch(self) -> None:
        """Watch what has the directory's name now: another may have taken its place."""
        if self._descriptor >= 0:
            self._libc.inotify_add_watch(
                self._descriptor, self._directory, _CLOSE_WRITE | _MOVED_TO
            )

    def wait(self, seconds: float) -> None:
        """Wait until something happened there, at most for so many seconds."""
        if self._descriptor < 0:
            time.sleep(seconds)  # who called looks for itself
            return
        self._watch()
        if select.select([self._descriptor], [], [], seconds)[0]:
            os.read(self._descriptor, 65536)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
