"""Whole numbers that come with a request, where a fault in them is passed over."""

from __future__ import annotations

from django.http import QueryDict

from dashboard.queries.paging import LARGEST_KEY


def number_in(given: QueryDict, name: str) -> int | None:
    """A parameter as a number from 0 to the largest id; None for anything else."""
    text = given.get(name, "")
    if not (text.isascii() and text.isdecimal()) or len(text) > 19:
        return None
    number = int(text)
    return number if number <= LARGEST_KEY else None
