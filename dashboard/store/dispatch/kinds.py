"""Counting what came, by kind and hour, in the transaction that plans it or sets it aside.

An event leaves the state of waiting once in its life for the first time, and is counted by
the dispatcher with that: so neither a crash nor planning it again counts it twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from dashboard.store.database import sql
from dashboard.store.rows.events import COLUMNS, EventRow, read_in

_TABLE = "dashboard_eventkind"
_LAST = f"CASE WHEN excluded.last > {_TABLE}.last THEN excluded.{{0}} ELSE {_TABLE}.{{0}} END"
_COUNT = sql.insert(
    _TABLE,
    ("name", "type", "hour", "count", "last", "last_at"),
    f"""
    ON CONFLICT (name, type, hour) DO UPDATE SET
    count = {_TABLE}.count + excluded.count,
    last_at = {_LAST.format("last_at")}, last = {_LAST.format("last")}
    """,
)
_STORED = f"SELECT {COLUMNS} FROM dashboard_eventrecord WHERE sequence IN ({{places}})"  # noqa: S608 (constants)


def count_stored(sequences: Iterable[int]) -> None:
    """Count the events with these sequences, as `count` does."""
    count(read_in(_STORED, sequences))


def count(rows: Iterable[EventRow]) -> None:
    """Count events that are planned or set aside now. Call it in the same transaction."""
    kinds: dict[tuple[str, str, Any], tuple[int, int, Any]] = {}
    for row in rows:
        # a change that means no event has no name
        if row.name and not row.test and row.set_aside_version is None:
            key = row.name, row.type, _hour(row.accepted_at)
            counted, last, at = kinds.get(key, (0, 0, None))
            if row.sequence > last:
                last, at = row.sequence, row.accepted_at
            kinds[key] = counted + 1, last, at
    sql.each(_COUNT, [key + figures for key, figures in kinds.items()])


def _hour(at: Any) -> Any:
    """The beginning of an hour as the database has it: SQLite has moments as text."""
    if isinstance(at, datetime):
        return at.replace(minute=0, second=0, microsecond=0)
    return f"{at[:13]}:00:00"
