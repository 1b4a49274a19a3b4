"""Times in the viewer's zone: the one they chose, else that of their browser.

The browser says its own in a cookie. Without it (the first page of all, no JavaScript) the
site's zone counts. Every page says which zone its times are in.
"""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from dashboard.store.people.preferences import zone_of, zones

COOKIE = "zone"


class ZoneMiddleware:
    """Lets the viewer's zone count for one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone = chosen(request) or of_browser(request)
        if not zone:
            return self.get_response(request)
        with timezone.override(ZoneInfo(zone)):
            return self.get_response(request)


def of_browser(request: HttpRequest) -> str:
    """The zone that the browser says it is in, or nothing."""
    zone = request.COOKIES.get(COOKIE, "")
    return zone if zone in zones() else ""


def chosen(request: HttpRequest) -> str:
    """The zone that the person chose, or nothing. Calls and strangers are not asked about."""
    if (
        request.path_info.startswith("/api/")
        or settings.SESSION_COOKIE_NAME not in request.COOKIES
    ):
        return ""
    try:
        zone = zone_of(request.user.pk) if request.user.is_authenticated else ""
    except DatabaseError:  # what the page needs of the database tells the same
        return ""
    return zone if zone in zones() else ""
