"""Our end of the socket over which one callback asks the farm."""

from __future__ import annotations

import socket
from collections.abc import Callable

from qubecb.errors import RunnerError

#: Bytes read from one run's socket before others get their turn.
PORTION = 256 * 1024


class FarmLine:
    """A socket that is opened anew for each attempt to start the run. It never blocks."""

    def __init__(self) -> None:
        #: Our end while it is open.
        self.socket: socket.socket | None = None
        self._unsent = bytearray()

    def open(self) -> socket.socket:
        """Give the end that the callback inherits. Raises RunnerError when there is none."""
        try:
            self.socket, theirs = socket.socketpair()
        except OSError as error:
            raise RunnerError(f"no socket for its farm: {error.strerror}") from error
        self.socket.setblocking(False)
        self._unsent = bytearray()
        return theirs

    def send(self, data: bytes = b"") -> bool:
        """Send that, after what could not be sent before; give whether all of it went."""
        self._unsent += data
        if self.socket is None:
            return True
        try:
            while self._unsent:
                del self._unsent[: self.socket.send(self._unsent)]
        except BlockingIOError:
            return False
        except OSError:
            self._unsent.clear()
        return True

    def receive(self, take: Callable[[bytes], None]) -> bool:
        """Hand on what the child said; give False when there will be no more."""
        if self.socket is None:
            return False
        left = PORTION
        while left > 0:
            try:
                data = self.socket.recv(65536)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not data:
                return False
            take(data)
            left -= len(data)
        return True

    def close(self) -> None:
        """Close our end. What the child sends from now on reaches nobody."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None
