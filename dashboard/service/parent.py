"""Ending with the parent: a child of `up` never outlives it, even after SIGKILL."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import threading
import time

_PR_SET_PDEATHSIG = 1
_LOOK = 0.5


def follow(parent: int | None) -> None:
    """Get SIGTERM when the process with this id, our parent, ends; None: no parent.

    Linux sends the signal at once; elsewhere a thread looks twice a second.
    """
    if parent is None:
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    threading.Thread(target=_look, args=(parent,), name="parent", daemon=True).start()


def _look(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
