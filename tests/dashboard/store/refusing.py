"""Databases that refuse: what a crash at that point comes to, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_LATER = """
    CREATE TABLE later (
        id INTEGER PRIMARY KEY,
        absent INTEGER REFERENCES later (id) DEFERRABLE INITIALLY DEFERRED
    )
"""


@contextmanager
def refused(table: str, act: str = "INSERT") -> Iterator[None]:
    """Refuse every change of a kind to a table."""
    raised = {
        "sqlite": "SELECT RAISE(ABORT, 'refused')",
        "postgresql": "RAISE EXCEPTION 'refused'",
    }
    with _trigger(f"BEFORE {act} ON {table}", raised[connection.vendor]):
        yield


@contextmanager
def refused_at_commit(table: str) -> Iterator[None]:
    """Take every new row of a table, and refuse to commit it."""
    with connection.cursor() as cursor:
        cursor.execute(_LATER)
    try:
        with _trigger(f"AFTER INSERT ON {table}", "INSERT INTO later VALUES (1, 2)"):
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE later")


@contextmanager
def _trigger(when: str, body: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"CREATE TRIGGER refusal {when} BEGIN {body}; END")
        else:
            cursor.execute(
                "CREATE FUNCTION refusal() RETURNS trigger LANGUAGE plpgsql"
                f" AS $$ BEGIN {body}; RETURN NEW; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER refusal {when} FOR EACH ROW EXECUTE FUNCTION refusal()"
            )
    try:
        yield
    finally:
        table = when.split()[-1]
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("DROP TRIGGER refusal")
            else:
                cursor.execute(f"DROP TRIGGER refusal ON {table}")
                cursor.execute("DROP FUNCTION refusal")
