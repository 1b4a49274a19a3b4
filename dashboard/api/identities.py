"""Ids as they come in addresses."""

from __future__ import annotations

from dashboard.queries.paging import LARGEST_KEY


def key_of(text: str) -> int | None:
    """Read the key of a row; None for what cannot be one, which is 404 for the caller."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 19:
        return None
    key = int(text)
    return key if key <= LARGEST_KEY else None
