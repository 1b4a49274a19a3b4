"""An installation whose database is on a PostgreSQL server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.end_to_end.installation import Installation


@dataclass(slots=True)
class OnPostgres(Installation):
    """Its settings say where: QUBECB_DATABASE_URL."""

    @contextlib.contextmanager
    def database(self) -> Iterator[Any]:
        """A connection of our own."""
        import psycopg

        url = self.settings["QUBECB_DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as database:
            yield database

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Read the database from outside, beside whoever works on it."""
        with self.database() as database:
            written = statement.replace("?", "%s") if values else statement
            found: list[Any] = database.execute(written, values or None).fetchall()
            return found
