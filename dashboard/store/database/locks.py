"""PostgreSQL's advisory locks: each has a key of its own, and all keys are listed here.

SQLite needs none of them, because its writers take turns anyway (dashboard.machine.gate). A
process takes several of them in the order in which they are listed.
"""

from __future__ import annotations

from enum import IntEnum, unique

from django.db import connection

from dashboard.store.database import sql


@unique
class Key(IntEnum):
    """Work that only one process does at a time."""

    #: Carrying out a verb; held by the session, see dashboard.store.farm.acting.
    ACTING = 7_823_003
    #: Planning records: one dispatcher works, others stand by.
    DISPATCHER = 7_823_001
    #: Recording a revision, and bringing one in force.
    REVISIONS = 7_823_002
    #: Giving a name that must be unique.
    NAMES = 7_823_004


#: The first half of the key of a callback whose runs at a time are bounded over all hosts; the
#: second one is made of its name. Whoever finds such a lock taken does not wait for it.
_CALLBACK = 7_824
_TAKE = "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))"


def takes_callback(name: str) -> bool:
    """Take the lock of a callback until the transaction ends, unless somebody else has it.

    For PostgreSQL only.
    """
    return bool(sql.value(_TAKE, [_CALLBACK, name]))


def take_turn(key: Key) -> None:
    """Wait for this lock. Call it in a write transaction, which holds the lock until it ends."""
    if connection.vendor == "postgresql":
        sql.rows("SELECT pg_advisory_xact_lock(%s)", [key])
