"""Write transactions: one at a time, handed over at once, their failures named.

SQLite lets one writer in and makes the others look again after growing pauses of up to
100 ms. Writers of ours wait at a gate instead, a lock on a file in the data directory, and
go on within microseconds of each other, whichever process they are in. A process that dies
frees the gate. The gate is a courtesy: what keeps transactions apart is the database.
"""

from __future__ import annotations

import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)

from dashboard.store.room import ROOM, is_short
from qubecb.errors import StoreBusy, StoreError, StoreFull

_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_FULL = 5, 6, 13
_SQLITE_FILES = frozenset({10, 14})  # IOERR, CANTOPEN
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_POSTGRES_FULL = frozenset({"53100", "53200", "53400"})
_POSTGRES_AGAIN = frozenset({"40001", "40P01", "55P03", "57014"})


@contextmanager
def writing() -> Iterator[None]:
    """Run a block as one durable write transaction; inside another one it joins that.

    Raises StoreFull, StoreBusy or, for every other trouble of the database itself,
    StoreError; then nothing of the block is stored.
    """
    if connection.in_atomic_block:
        with transaction.atomic(savepoint=False):
            yield
        return
    with reading(), _GATE.passed(), transaction.atomic():
        yield
    ROOM.found()


class Gate:
    """Lets one thread of one process through at a time."""

    def __init__(self) -> None:
        self._threads = threading.Lock()
        self._file: int | None = None
        self._owner = 0

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Hold the gate during the block. PostgreSQL needs none."""
        if connection.vendor != "sqlite":
            yield
            return
        with self._threads:
            descriptor = self._descriptor()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _descriptor(self) -> int:
        """This process's own open file: a descriptor kept over a fork shares its lock."""
        if self._file is None or self._owner != os.getpid():
            path = settings.DATA / "write.lock"
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._owner = os.getpid()
        return self._file


_GATE = Gate()


@contextmanager
def reading() -> Iterator[None]:
    """Give the database's failures in a block the names that callers act on: StoreError."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        connection.close_if_unusable_or_obsolete()
        raise named(error) from error
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        ROOM.refused()
        raise StoreFull from error


def named(error: DatabaseError | InterfaceError) -> StoreError:
    """Say what a failure of the database means: full, which is noted, busy, or else.

    On a full disk SQLite also fails to make the files that it works with.
    """
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    state = getattr(cause, "sqlstate", "") or ""
    full = code == _SQLITE_FULL or (code in _SQLITE_FILES and is_short())
    if full or state in _POSTGRES_FULL:
        ROOM.refused()
        return StoreFull()
    if code in (_SQLITE_BUSY, _SQLITE_LOCKED) or state in _POSTGRES_AGAIN:
        return StoreBusy()
    return StoreError(f"the database does not work: {error}")
