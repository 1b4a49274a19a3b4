"""Hears what wakes the work process: dashboard.machine.waking sends it."""

from __future__ import annotations

import contextlib
import math
import secrets
import select
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.db.utils import Error

from dashboard.machine.waking import CHANNEL, EVERYTHING, FILE, address

#: Seconds between two words to itself on PostgreSQL, and until one must have been heard.
ECHO, DELAY = 10.0, 2.0
DEAF = (
    "notifications of PostgreSQL do not arrive, so runs may start a second late; a pooler before"
    " it must be in session mode"
)


class Waker(Protocol):
    """Hears what wakes the process; used by one thread."""

    #: A sentence about what keeps it from hearing, or nothing.
    remark: str

    def wait(self, seconds: float) -> frozenset[bytes]:
        """Wait to be woken; returns what for, nothing when the time is over."""

    def close(self) -> None:
        """Stop listening."""


def waker() -> Waker:
    """Give the waker of this database."""
    return NotifyWaker() if connection.vendor == "postgresql" else SocketWaker()


class SocketWaker:
    """A datagram socket in the data directory."""

    remark = ""

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
    """A connection of its own that listens on PostgreSQL's channel.

    1. Trouble is raised, and the next wait connects again. It answers that everything may be up,
       because nobody knows what was said meanwhile.
    2. It says something to itself every ECHO seconds. If it does not hear that, it connects again:
       behind a pooler that gives each transaction another connection nothing is ever heard.

    Takes a clock that is never set.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.remark = ""
        self._clock = clock
        self._connection: Any = None
        #: The channel on which only it speaks.
        self._own = f"{CHANNEL}_{secrets.token_hex(8)}"
        #: When it says something to itself, and until when it must hear that.
        self._say_at = self._hear_by = 0.0

    def wait(self, seconds: float) -> frozenset[bytes]:
        """Wait to be woken; returns what for, nothing when the time is over."""
        try:
            if self._connection is None:
                self._connect()
                return EVERYTHING
            self._say()
            heard = self._heard(seconds)
        except Error:
            self.close()
            raise
        if self._clock() > self._hear_by:
            self.remark = DEAF
            self.close()
        return heard

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(Error):
                self._connection.close()
            self._connection = None

    def _connect(self) -> None:
        self._connection = connection.copy()
        with self._connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
            cursor.execute(f"LISTEN {self._own}")
        self._say_at, self._hear_by = self._clock(), math.inf

    def _say(self) -> None:
        now = self._clock()
        if now < self._say_at:
            return
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [self._own])
        self._say_at, self._hear_by = now + ECHO, now + DELAY

    def _heard(self, seconds: float) -> frozenset[bytes]:
        with self._connection.wrap_database_errors:
            notifies = self._connection.connection.notifies(
                timeout=seconds, stop_after=1
            )
            heard = [(each.channel, each.payload) for each in notifies]
        if (self._own, "") in heard:
            self._hear_by, self.remark = math.inf, ""
        return frozenset(said.encode() for channel, said in heard if channel == CHANNEL)
