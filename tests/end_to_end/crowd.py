"""A crowd that is connected to the web process and does little or no good.

Each member has an address of its own in 127.0.0.0/8. As a program (`crowd.py PORT IDLE HALF
LONG`) it goes on until it is ended; who is closed comes again.
"""

from __future__ import annotations

import contextlib
import itertools
import selectors
import socket
import sys
import time
from collections.abc import Iterator

IDLE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
HALF = b"GET /healthz HTTP/1.1\r\nHost: local"
LONG = b"GET /%b HTTP/1.1\r\nHost: localhost\r\n\r\n" % (b"A" * 200_000)


class Crowd:
    """So many idle ones, each of which was answered once, and so many half-sent requests."""

    def __init__(self, port: int, idle: int, half: int) -> None:
        self._port = port
        self._numbers = itertools.count()
        self._members = selectors.DefaultSelector()
        #: How many were closed by the other side, of each kind.
        self.closed = {IDLE: 0, HALF: 0}
        for begun in [IDLE] * idle + [HALF] * half:
            self._join(begun)

    def __len__(self) -> int:
        return len(self._members.get_map())

    def turn(self, seconds: float) -> None:
        """Read what comes for so long; who was closed comes again."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for key, _ in self._members.select(left):
                self._read(key)

    def close(self) -> None:
        """Everybody goes."""
        for key in tuple(self._members.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]  # sockets
        self._members.close()

    def _join(self, begun: bytes) -> None:
        member = connect(self._port, next(self._numbers))
        member.sendall(begun)
        if begun == IDLE:
            member.recv(65536)
        member.setblocking(False)
        self._members.register(member, selectors.EVENT_READ, begun)

    def _read(self, key: selectors.SelectorKey) -> None:
        member = key.fileobj
        assert isinstance(member, socket.socket)
        with contextlib.suppress(BlockingIOError, ConnectionError):
            if member.recv(65536):
                return
        self._members.unregister(member)
        member.close()
        self.closed[key.data] += 1
        self._join(key.data)


def connect(port: int, number: int) -> socket.socket:
    """A connection from an address that belongs to this number."""
    origin = (
        f"127.{1 + number // 62500 % 250}.{1 + number // 250 % 250}.{1 + number % 250}"
    )
    return socket.create_connection(("127.0.0.1", port), 30, (origin, 0))


def shout(port: int, number: int) -> None:
    """Ask for an address of 200,000 characters, and do not wait for the answer."""
    with contextlib.suppress(OSError), connect(port, number) as member:
        member.sendall(LONG)


def moments(a_second: int) -> Iterator[float]:
    """Seconds to wait before each of so many a second."""
    began = time.monotonic()
    for number in itertools.count(1):
        yield max(0.0, began + number / a_second - time.monotonic())


if __name__ == "__main__":
    port, idle, half, long = map(int, sys.argv[1:])
    crowd = Crowd(port, idle, half)
    sys.stdout.write("here\n")
    sys.stdout.flush()
    for number, pause in enumerate(moments(max(1, long))):
        crowd.turn(pause)
        if long:
            shout(port, number)
