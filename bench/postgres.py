"""A throwaway PostgreSQL server, where its programs are installed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.dashboard.store import postgres
from tests.end_to_end.installation import Installation


@dataclass(slots=True)
class OnPostgres(Installation):
    """An installation whose database is on a PostgreSQL server."""

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
            found: list[Any] = database.execute(statement, values or None).fetchall()
            return found


@contextlib.contextmanager
def server() -> Iterator[Callable[[str], str] | None]:
    """Run a server with default settings; None where there is none to be had.

    Gives what makes a database of a name, and gives its URL.
    """
    if postgres.programs() is None:
        print("PostgreSQL is not installed; skipped")
        yield None
        return
    with postgres.server() as folder:
        yield partial(postgres.database, folder)
