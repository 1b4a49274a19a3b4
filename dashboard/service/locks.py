"""One `up` and one `work` a data directory: locks that end with their process."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from qubecb.errors import QubecbError

#: Seconds between checks of a lock that another process holds.
_LOOK = 0.05


class Taken(QubecbError):
    """Another process already works on this data directory."""


class DataLock:
    """A named lock on the data directory; its file has the pid of the holder."""

    def __init__(self, data: Path, name: str) -> None:
        self._name = name
        self._data = data
        self._descriptor: int | None = None

    def take(self, patience: float = 0.0) -> None:
        """Take it for as long as this process lives, or until `free`.

        Waits for `patience` seconds for somebody who is about to end. Raises Taken.
        """
        descriptor = os.open(
            self._data / f"{self._name}.lock",
            os.O_RDWR | os.O_CREAT | os.O_CLOEXEC,
            0o600,
        )
        deadline = time.monotonic() + patience
        while not _locked(descriptor):
            if time.monotonic() >= deadline:
                owner = os.read(descriptor, 20).decode("ascii", "replace").strip()
                os.close(descriptor)
                who = f" (process {owner})" if owner else ""
                raise Taken(
                    f"`{self._name}` already runs on the data directory {self._data}{who}"
                )
            time.sleep(_LOOK)  # flock knows no time limit
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor

    def free(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
