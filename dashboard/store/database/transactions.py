"""Write transactions: one at a time, without a pause between them, and with named failures.

SQLite lets one writer in; the others try again after growing pauses of up to 100 ms. Our own
writers wait at a gate instead, a lock on a file in the data directory, and follow each other
within microseconds, in whatever process they are. A process that dies frees the gate. The gate
only saves time: it is the database that keeps transactions apart.

Nobody waits at the gate for longer than PATIENCE, because a holder that was stopped, or hangs,
must not block everybody. The waiter then gets StoreBusy, and nothing was stored.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from django.db import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
    transaction,
)

from dashboard.machine.gate import Gate
from dashboard.machine.room import ROOM, is_short
from dashboard.store.database import sql
from qubecb.errors import StoreBusy, StoreError, StoreFull

#: Seconds that a writer waits for others.
PATIENCE = 10.0
_GATE = Gate("write.lock")
#: How a transaction that only reads begins; in SQLite it takes no lock that a writer needs.
_SNAPSHOT = {
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}
_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_FULL = 5, 6, 13
_SQLITE_FILES = frozenset({10, 14})  # IOERR, CANTOPEN
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_POSTGRES_FULL = frozenset({"53100", "53200", "53400"})
_POSTGRES_AGAIN = frozenset({"40001", "40P01", "55P03", "57014"})


@contextmanager
def writing(patience: float | None = None) -> Iterator[None]:
    """Run a block as one durable write transaction; inside another one it joins that.

    Takes how many seconds it may wait for other writers of ours; None: PATIENCE.
    Raises StoreFull, StoreBusy or, for every other trouble of the database itself,
    StoreError; then nothing of the block is stored.
    """
    if connection.in_atomic_block:
        with transaction.atomic(savepoint=False):
            yield
        return
    with reading(), _gate(patience), transaction.atomic():
        yield
    ROOM.found()


def _is_in_memory() -> bool:
    """Whether SQLite has its database in memory; other databases have no such method."""
    return bool(getattr(connection, "is_in_memory_db", bool)())


def _gate(patience: float | None) -> AbstractContextManager[None]:
    """What keeps our own writers apart; PostgreSQL needs nothing."""
    if connection.vendor != "sqlite":
        return nullcontext()
    return _GATE.passed(PATIENCE if patience is None else patience)


@contextmanager
def snapshot() -> Iterator[None]:
    """Run a block of reads that all see the same moment; inside a transaction it joins that."""
    if connection.in_atomic_block:
        yield
        return
    with glance():
        sql.execute(_SNAPSHOT[connection.vendor])
        try:
            yield
        finally:
            sql.execute("COMMIT")


@contextmanager
def glance() -> Iterator[None]:
    """Run one statement that reads: it sees one moment, and needs no transaction for that.

    Writers do not wait for it, unless SQLite has its database in memory: there a table that is
    being read cannot be written, so readers wait at the gate as well.
    """
    waits = _is_in_memory() and not connection.in_atomic_block
    with reading(), _gate(None) if waits else nullcontext():
        yield


@contextmanager
def reading() -> Iterator[None]:
    """Turn failures of the database in a block into what callers handle: StoreError."""
    try:
        yield
    except (OperationalError, InterfaceError, InternalError) as error:
        connection.close_if_unusable_or_obsolete()
        raise named(error) from error
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        ROOM.refused()
        raise StoreFull from error


def named(error: DatabaseError | InterfaceError) -> StoreError:
    """Name a failure of the database: full, which is noted, busy, or other.

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
