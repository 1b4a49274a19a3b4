"""Tells a browser's pages who is logged in, in a cookie that scripts can read.

So an open page notices that somebody else has logged in in another tab: what is done in it would
be done in that person's name (static/js/person.js).
"""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse

COOKIE = "person"


def tell(answer: HttpResponse, name: str) -> None:
    """Name the person who has just logged in."""
    answer.set_cookie(
        COOKIE,
        quote(name, safe=""),
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def forget(answer: HttpResponse) -> None:
    """Name nobody: the session has ended."""
    answer.delete_cookie(COOKIE, samesite="Lax")
