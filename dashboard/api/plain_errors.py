"""Errors below /api/ are JSON, also those that Django itself answers."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

_MOST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
SENTENCES = {
    400: "The request cannot be read.",
    404: "There is nothing at this address; the calls are listed at /api/docs.",
    405: "This address does not take this method.",
    413: f"A body may have {_MOST} bytes; send several requests.",
    500: "Something is wrong in qubecb; the web server's log says what.",
}


class JsonErrorsMiddleware:
    """Puts a sentence as JSON in place of an error page for people."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            response.status_code < HTTPStatus.BAD_REQUEST
            or not request.path_info.startswith("/api/")
            or response.get("Content-Type", "").startswith("application/json")
        ):
            return response
        detail = SENTENCES.get(response.status_code, response.reason_phrase)
        plain = JsonResponse({"detail": detail}, status=response.status_code)
        for header in ("Allow", "Retry-After"):
            if header in response:
                plain[header] = response[header]
        return plain
