"""A body that is too large, or that was not taken from a stranger, is refused everywhere.

Before anything else is asked of the request: its body was not read (dashboard.service.door).
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from qubecb.digits import limited

#: Set in the environment of a request whose body was not read because its sender is unknown.
STRANGE = "qubecb.strange"
_DETAIL = (
    "A body of this size is taken only with a valid token: Authorization: Bearer TOKEN."
)


class BodySizeMiddleware:
    """Answers by the length that a request names; the web process sees to one that lies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        strange = STRANGE in request.META
        if _length(request) <= most and not strange:
            return self.get_response(request)
        if strange and request.path_info.startswith("/api/"):
            return _unknown()
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        told = {"most": most, "strange": strange}
        return render(request, "413.html", told, status=status)


def _unknown() -> HttpResponseBase:
    return JsonResponse(
        {"detail": _DETAIL},
        status=HTTPStatus.UNAUTHORIZED,
        headers={"WWW-Authenticate": 'Bearer realm="qubecb"'},
    )


def _length(request: HttpRequest) -> int:
    """The length of the body; 0 when it is not named or no number."""
    return limited(request.META.get("CONTENT_LENGTH", "")) or 0
