"""Reads records in portions, and gives them in the order in which they were planned.

No transaction is open between two portions. Records are read by sequence, and nearly always were
planned in that order. A record that was not (it was set aside, or was committed after its
neighbours) is held back until its turn.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from dashboard.store.database import sql

#: Rows that one statement reads.
PORTION = 2000
#: Seconds by which an event may be committed after one that has a higher sequence.
LATE = 60.0


class Row(NamedTuple):
    """When a record was planned and accepted, and what else is read of it."""

    sequence: int
    planned_at: Any
    accepted_at: Any
    rest: Sequence[Any]


class Planned(NamedTuple):
    """What is read of a record, and its place: when it was planned (Unix seconds)."""

    planned_at: float
    sequence: int
    rest: Sequence[Any]


def rows_of(statement: str, parameters: Sequence[Any]) -> list[Row]:
    """Give the rows of a query whose first columns are those of Row."""
    found = sql.rows(statement, parameters)
    return [
        Row(sequence, planned, accepted, rest)
        for sequence, planned, accepted, *rest in found
    ]


def portions(
    read: Callable[[int, int, int], list[Row]], after: int, until: int
) -> Iterator[list[Row]]:
    """Give the records between two sequences, in portions.

    Takes a function that reads at most so many rows (the third argument) after one sequence and
    up to another, and both sequences. The first is excluded, the second included.
    """
    while after < until:
        found = read(after, until, PORTION)
        if found:
            yield found
            after = found[-1].sequence
        if len(found) < PORTION:
            return


def in_order(read: Iterable[list[Row]]) -> Iterator[Planned]:
    """Give records in the order in which they were planned.

    All records that are still unread were accepted later, and so were planned after that.
    """
    waiting: list[Planned] = []
    for portion in read:
        waiting += [
            Planned(sql.unix(row.planned_at), row.sequence, row.rest) for row in portion
        ]
        waiting.sort(key=_place)
        edge = sql.unix(portion[-1].accepted_at) - LATE
        ready = bisect_right(waiting, edge, key=lambda each: each.planned_at)
        yield from waiting[:ready]
        del waiting[:ready]
    yield from waiting


def _place(planned: Planned) -> tuple[float, int]:
    return planned.planned_at, planned.sequence
