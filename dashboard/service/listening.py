"""Hears what wakes the work process: dashboard.machine.waking sends it."""

from __future__ import annotations

import contextlib
import select
import socket
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection

from dashboard.machine.waking import CHANNEL, FILE, address


class Waker(Protocol):
    """Hears what wakes the process; used by one thread."""

    def wait(self, seconds: float) -> frozenset[bytes]:
        """Wait to be woken; returns what for, nothing when the time is over."""

    def close(self) -> None:
        """Stop listening."""


def waker() -> Waker:
    """Give the waker of this database."""
    return NotifyWaker() if connection.vendor == "postgresql" else SocketWaker()


class SocketWaker:
    """A datagram socket in the data directory."""

    def __init__(self) -> None:
        self._path = Path(settings.DATA) / FILE
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._path.unlink(missing_ok=True)
        with address() as place:
            self._socket.bind(place)
        self._path.chmod(0o600)

    def wait(self, seconds: float) -> frozenset[bytes]:
        """Wait to be woken; returns what for, nothing when the time is over."""
        select.select([self._socket], [], [], seconds)
        heard = set()
        with contextlib.suppress(BlockingIOError):
            while True:
                heard.add(self._socket.recv(16))
        return frozenset(heard)

    def close(self) -> None:
        self._socket.close()
        self._path.unlink(missing_ok=True)


class NotifyWaker:
    """A connection of its own that listens on PostgreSQL's channel."""

    def __init__(self) -> None:
        self._connection: Any = connection.copy()
        self._connection.ensure_connection()
        with self._connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")

    def wait(self, seconds: float) -> frozenset[bytes]:
        """Wait to be woken; returns what for, nothing when the time is over."""
        heard = self._connection.connection.notifies(timeout=seconds, stop_after=1)
        return frozenset(notify.payload.encode() for notify in heard)

    def close(self) -> None:
        self._connection.close()
