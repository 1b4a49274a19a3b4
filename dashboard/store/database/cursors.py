"""The cursor with which a thread runs its statements, on SQLite without Django's layers.

Django's cursor goes through a dozen functions for each statement, which takes longer than most
statements themselves. Code that counts or watches statements gets Django's cursor.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

_PLACE = re.compile(r"(?<!%)%s")


class Kept(threading.local):
    """A thread's cursor, kept because making one takes as long as a small statement.

    Every result is read at once, so the cursor is never in use when the next statement comes.
    """

    def __init__(self) -> None:
        self._cursor: Any = None
        self._made_for: tuple[Any, bool] | None = None

    def cursor(self) -> Any:
        """Give the cursor; a new one if the connection is new, or somebody watches it since."""
        database = connections[DEFAULT_DB_ALIAS]
        database.close_if_health_check_failed()
        made_for = (database.connection, _is_watched(database))
        if self._made_for != made_for or made_for[0] is None:
            self._cursor = _cursor(database)
            self._made_for = (database.connection, made_for[1])
        return self._cursor


class SqliteCursor:
    """As much of Django's cursor as is needed here, with the same errors."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self._cursor: sqlite3.Cursor = database.connection.cursor()

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""
        return self._cursor.rowcount

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement whose places are written as `%s`."""
        self._database.validate_no_broken_transaction()
        with self._database.wrap_database_errors:
            self._cursor.execute(_translated(statement), parameters)

    def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Run it once for each of these."""
        self._database.validate_no_broken_transaction()
        with self._database.wrap_database_errors:
            self._cursor.executemany(_translated(statement), parameters)

    def fetchall(self) -> list[Any]:
        """Give the rows of the last statement that were not given yet."""
        with self._database.wrap_database_errors:
            return self._cursor.fetchall()


def _cursor(database: Any) -> Any:
    if database.vendor != "sqlite" or _is_watched(database):
        return database.cursor()
    database.ensure_connection()
    return SqliteCursor(database)


def _is_watched(database: Any) -> bool:
    return bool(database.force_debug_cursor or database.execute_wrappers)


@lru_cache(maxsize=256)
def _translated(statement: str) -> str:
    """Write a statement as SQLite takes it: `?` for each place, `%` for each `%%`."""
    return _PLACE.sub("?", statement).replace("%%", "%")
