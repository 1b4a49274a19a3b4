"""A request with too large a body is 413 everywhere, before anything else is asked of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render


class BodySizeMiddleware:
    """Answers by the length that a request names; the web process sees to one that lies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if _length(request) <= most:
            return self.get_response(request)
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return render(request, "413.html", {"most": most}, status=status)


def _length(request: HttpRequest) -> float:
    """The length of the body; 0 when it is not named or no number."""
    named = request.META.get("CONTENT_LENGTH", "")
    if not (named.isascii() and named.isdecimal()):
        return 0
    # Python itself refuses to read a number of thousands of digits
    return int(named) if len(named) < 20 else math.inf
