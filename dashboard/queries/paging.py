"""Reading history by keyset: newest first, never by OFFSET."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

from qubecb.digits import LARGEST

#: How many rows a page has.
ROWS = 50
LARGEST_KEY = LARGEST

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A part of a list, with the keys from which its neighbours are read."""

    rows: Sequence[Row]
    #: The key above which newer rows lie, or None.
    newer: int | None
    #: The key below which older rows lie, or None.
    older: int | None


def read_page(
    rows: QuerySet[Row],
    before: int | None = None,
    after: int | None = None,
    limit: int = ROWS,
) -> Page[Row]:
    """Read one page, in one query: the newest, or those just before or after a key."""
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: limit + 1])
        more, found = len(found) > limit, found[:limit][::-1]
        return _page(found, newer=more, older=True)
    wanted = rows if before is None else rows.filter(pk__lt=before)
    found = list(wanted.order_by("-pk")[: limit + 1])
    return _page(found[:limit], newer=before is not None, older=len(found) > limit)


def _page(found: list[Row], newer: bool, older: bool) -> Page[Row]:
    if not found:
        return Page([], None, None)
    return Page(
        found,
        newer=found[0].pk if newer else None,
        older=found[-1].pk if older else None,
    )
