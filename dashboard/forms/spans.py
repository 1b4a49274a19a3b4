"""A span of the past, wherever it is asked about: pages, API and command line."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

#: How long a span is unless it is said.
USUAL = timedelta(days=7)


def span_of(
    since: datetime | None, until: datetime | None
) -> tuple[datetime, datetime]:
    """Fill in what is left out: it ends now, or before, and has seven days.

    Raises ValueError if it does not begin before its end.
    """
    now = timezone.now()
    end = min(until or now, now)
    begin = since or end - USUAL
    if begin >= end:
        raise ValueError("a span begins before its end")
    return begin, end
