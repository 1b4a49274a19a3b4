"""Signs of life: `up` knows that a child makes progress, not only that it exists.

The child writes a byte into a pipe now and then, in a thread that does nothing else. A process
that is stopped, or in which one thread keeps all others from running, is silent at once. One
whose main loops do not turn any more is silent a good while later: they may wait for a disk or
a network for longer than anybody would like, and ending them would not help.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

#: Seconds between signs, and without one until a child is replaced.
BEAT, SILENCE = 1.0, 20.0
#: Seconds until the first sign: loading from a slow disk may take that long.
BEGINNING = 120.0
#: Seconds without progress of its main loops after which a child stops giving signs.
STUCK = 120.0
#: Seconds that count at most between two looks: `up` may have been stopped, or have slept.
LONGEST_LOOK = 0.5
_PING = b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (read, not bound)


class Signs:
    """What is heard of one child. Only time in which its parent itself ran counts as silence.

    Takes after how many seconds it is silent, later and until the first sign.
    """

    def __init__(self, silence: float = SILENCE, beginning: float = BEGINNING) -> None:
        self._limits = {True: silence, False: beginning}
        self._read, self.descriptor = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._looked_at = 0.0
        self._silent = 0.0
        self._heard = False

    def begin(self, now: float) -> None:
        """Another child gives them now."""
        self._hear()
        self._looked_at, self._silent, self._heard = now, 0.0, False

    def is_silent(self, now: float) -> bool:
        """Look (at this monotonic moment) whether it has been silent for too long."""
        self._silent += min(now - self._looked_at, LONGEST_LOOK)
        self._looked_at = now
        if self._hear():
            self._silent, self._heard = 0.0, True
        return self._silent >= self._limits[self._heard]

    def _hear(self) -> bytes:
        with contextlib.suppress(BlockingIOError):
            return os.read(self._read, 65536)
        return b""


def give(descriptor: int | None, proof: Callable[[], bool]) -> None:
    """Give signs of life from now on, if `up` wants them (it hands a descriptor on).

    Takes what proves that the main loops have turned since it was last asked.
    """
    if descriptor is None:
        return
    os.set_inheritable(descriptor, False)
    threading.Thread(
        target=_give, args=(descriptor, proof), name="signs", daemon=True
    ).start()


def _give(descriptor: int, proof: Callable[[], bool]) -> None:
    proved_at = time.monotonic()
    while True:
        begun = time.monotonic()
        if proof():
            proved_at = time.monotonic()
        if time.monotonic() - proved_at < STUCK:
            with contextlib.suppress(OSError):  # full while `up` is stopped
                os.write(descriptor, b".")
        time.sleep(max(0.0, begun + BEAT - time.monotonic()))


def answers(address: tuple[str, int]) -> bool:
    """Whether the web process that listens there takes a connection, reads and answers."""
    host, port = address[:2]
    with (
        contextlib.suppress(OSError),
        socket.create_connection((_LOOPBACK.get(host, host), port), BEAT) as asking,
    ):
        asking.sendall(_PING)
        return asking.recv(12).startswith(b"HTTP/1.1 204")
    return False
