"""PostgreSQL's advisory locks: each has a key of its own, and they are all here.

SQLite needs none of them, for its writers take turns as a whole (dashboard.machine.gate). A
process takes them in the order in which they stand here.
"""

from __future__ import annotations

from enum import IntEnum, unique

from django.db import connection

from dashboard.store.database import sql


@unique
class Key(IntEnum):
    """What is done by one at a time."""

    #: Carrying out a verb: the lock of a session, see dashboard.store.farm.acting.
    ACTING = 7_823_003
    #: Planning records: one dispatcher is at work, others stand by.
    DISPATCHER = 7_823_001
    #: Recording a revision, and bringing one in force.
    REVISIONS = 7_823_002
    #: Giving a name that is to be given once.
    NAMES = 7_823_004


def take_turn(key: Key) -> None:
    """Wait until nobody else is at it. To be called in a write transaction, which holds it."""
    if connection.vendor == "postgresql":
        sql.rows("SELECT pg_advisory_xact_lock(%s)", [key])
