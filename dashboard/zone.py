"""Times in the zone of whoever looks: the browser says which, in a cookie.

Without it (the first page of all, no JavaScript) the site's own zone counts. Every page says
which zone its times are in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

COOKIE = "zone"


class ZoneMiddleware:
    """Lets the viewer's zone count for one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone = request.COOKIES.get(COOKIE, "")
        if zone not in _known():
            return self.get_response(request)
        with timezone.override(ZoneInfo(zone)):
            return self.get_response(request)


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())
