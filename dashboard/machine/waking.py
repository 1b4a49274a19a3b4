"""Wakes the work process: with a datagram in the data directory, or with NOTIFY on PostgreSQL.

Waking only saves waiting. A wake-up that is lost costs at most a second, after which every loop
looks by itself. It is received in dashboard.service.listening.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.utils import Error

#: What the process is woken for: events to plan, runs to start, runs to cancel.
EVENTS, RUNS, CANCELLATIONS = b"e", b"r", b"c"
EVERYTHING = frozenset({EVENTS, RUNS, CANCELLATIONS})
CHANNEL = "qubecb"
FILE = "work.socket"
#: Longer paths do not fit into a socket's address.
_LONGEST = 100


def wake(about: bytes = EVENTS) -> None:
    """Wake the work process; never waits, never fails."""
    if connection.vendor == "postgresql":
        with contextlib.suppress(Error), connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, about.decode()])
        return
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender,
        address() as place,
    ):
        sender.setblocking(False)
        sender.sendto(about, place)


@contextlib.contextmanager
def address() -> Iterator[str]:
    """Where the work process listens; a long path is reached through its directory."""
    path = Path(settings.DATA) / FILE
    if len(os.fsencode(path)) <= _LONGEST:
        yield str(path)
        return
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{directory}/{FILE}"
    finally:
        os.close(directory)
