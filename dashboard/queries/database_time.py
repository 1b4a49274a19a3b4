"""Moments by the clock of the database, whatever the clocks of hosts say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now


class FromNow(Now):
    """The moment that lies so far from now, in whole seconds; before now if negative.

    Django adds to `Now()` on SQLite by a function in Python, and two threads that share a
    connection, as those of a test's service do, then wait for each other for ever.
    """

    def __init__(self, distance: timedelta) -> None:
        super().__init__()
        self._seconds = int(distance.total_seconds())

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Write it as SQLite takes it; the text compares as moments are stored."""
        template = (
            "STRFTIME('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f', 'NOW', "
            f"'{self._seconds:+d} seconds')"
        )
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Write it as PostgreSQL takes it."""
        template = f"(STATEMENT_TIMESTAMP() + INTERVAL '{self._seconds} seconds')"
        return self.as_sql(compiler, connection, template=template, **context)
