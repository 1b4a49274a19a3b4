"""Few and plain statements for what happens hundreds of times a second.

Rows go in and out as tuples, without model instances. What differs between SQLite and
PostgreSQL is here: how moments and JSON are written and read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeVar

from django.db import connection

from dashboard.store.database.cursors import Kept
from qubecb import json_pieces, strict_json

#: Parameters that one statement may have; SQLite allows 32,766.
MOST_PARAMETERS = 5000

T = TypeVar("T")
Row = tuple[Any, ...]


_KEPT = Kept()


def rows(statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
    """Give all rows of a query, or of a statement that ends in RETURNING."""
    cursor = _KEPT.cursor()
    cursor.execute(statement, parameters)
    found: list[Row] = cursor.fetchall()
    return found


def row(statement: str, parameters: Sequence[Any] = ()) -> Row | None:
    """Give the first row, or None when there is none."""
    return next(iter(rows(statement, parameters)), None)


def value(statement: str, parameters: Sequence[Any] = ()) -> Any:
    """Give the first column of the first row, or None when there is no row."""
    found = row(statement, parameters)
    return found[0] if found else None


def execute(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run a statement; gives how many rows it changed."""
    cursor = _KEPT.cursor()
    cursor.execute(statement, parameters)
    return int(cursor.rowcount)


def each(statement: str, parameters: Iterable[Sequence[Any]]) -> int:
    """Run a statement once for each tuple of parameters; gives how many rows that changed."""
    prepared = list(parameters)
    if not prepared:
        return 0
    cursor = _KEPT.cursor()
    cursor.executemany(statement, prepared)
    return int(cursor.rowcount)


def column(statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
    """Give the values of a query that asks for one column."""
    return [value for (value,) in rows(statement, parameters)]


def insert(
    table: str,
    columns: Sequence[str],
    ending: str = "",
    same: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Write an INSERT of one row with a place for each column.

    Takes what is the same in every row, too: values as SQL by the names of their columns.
    """
    values = ", ".join(("%s",) * len(columns) + tuple(same.values()))
    return (
        f"INSERT INTO {table} ({names((*columns, *same))}) VALUES ({values}) {ending}"  # noqa: S608 (constants)
    )


def names(columns: Iterable[str], table: str = "") -> str:
    """Write the names of columns, each with that of their table before it if one is given."""
    prefix = f"{table}." if table else ""
    return ", ".join(f'{prefix}"{column}"' for column in columns)


def places(values: Sequence[Any]) -> str:
    """Write a place for each value: `%s, %s, %s`."""
    return ", ".join(["%s"] * len(values))


def by(index: str) -> str:
    """Say which index SQLite must use, to be written after the table's name.

    SQLite has no statistics of its tables unless told to make them, and then believes that an
    index which begins with the state finds few rows. PostgreSQL chooses well by itself.
    """
    return f"INDEXED BY {index}" if connection.vendor == "sqlite" else ""


def joined(column: str) -> str:
    """Write the values of a column that holds integers as one text, with commas between."""
    if connection.vendor == "sqlite":
        return f"GROUP_CONCAT({column})"
    return f"STRING_AGG(CAST({column} AS text), ',')"


def held() -> str:
    """Lock the rows that a query gives, and wait for those that others have locked.

    PostgreSQL only: SQLite has one writer at a time.
    """
    return "FOR UPDATE" if connection.vendor == "postgresql" else ""


def locked() -> str:
    """Lock the rows that a query gives, and skip those that others have locked."""
    return f"{held()} SKIP LOCKED" if held() else ""


def keep_little() -> None:
    """Let this process keep little of SQLite's file in memory: it reads everything once."""
    if connection.vendor == "sqlite":
        execute("PRAGMA mmap_size=0")
        execute("PRAGMA cache_size=-8192")


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Cut values into lists that fit into one statement."""
    iterator = iter(values)
    while chunk := list(islice(iterator, MOST_PARAMETERS)):
        yield chunk


def rows_in(statement: str, values: Iterable[Any]) -> list[Row]:
    """Give the rows of a query whose `{places}` stands for any number of values."""
    return [
        row
        for chunk in chunks(values)
        for row in rows(statement.format(places=places(chunk)), chunk)
    ]


def column_in(statement: str, values: Iterable[Any]) -> list[Any]:
    """Give the values of such a query that asks for one column."""
    return [value for (value,) in rows_in(statement, values)]


def moment(unix: float) -> Any:
    """Write a moment (Unix seconds) as the database's columns hold it."""
    at = datetime.fromtimestamp(unix, UTC)
    return str(at).removesuffix("+00:00") if _is_sqlite() else at


def now() -> str:
    """Write the time by the clock of the database, which all hosts share."""
    if connection.vendor == "sqlite":
        return "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW')"
    return "clock_timestamp()"


@cache
def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def unix(stored: Any) -> float:
    """Read a moment of a column as Unix seconds."""
    if isinstance(stored, str):
        stored = datetime.fromisoformat(stored)
    if stored.tzinfo is None:
        stored = stored.replace(tzinfo=UTC)
    return float(stored.timestamp())


def dump(data: Any) -> str:
    """Write JSON for a column. Raises ValueError for NaN and infinity, which JSON does not have."""
    return json_pieces.write(data, _dump)


_dump = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_dump_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def clean(text: str) -> str:
    """Text as every database can hold it: no NUL, no half surrogate pairs."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def dump_clean(data: Any) -> str:
    """Write JSON whose texts come from a callback, so that every database can hold them."""
    written = json_pieces.write(data, _dump_text)
    return clean(written.replace("\\u0000", "\\ufffd"))


def load(stored: Any) -> Any:
    """Read JSON of a column."""
    return strict_json.load(stored) if isinstance(stored, str | bytes) else stored
