"""Which methods an address takes: HEAD wherever GET is, and only what views handle.

A page reads its form when the method is POST, and shows itself otherwise; so PUT, DELETE or
TRACE would be answered like GET. They are refused before any view sees them. Below /api/ the
calls are told apart by their methods; there, HEAD is answered as GET without its body.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponse, HttpResponseBase

PAGES = ("GET", "HEAD", "POST")


class MethodsMiddleware:
    """Answers 405 to what no page takes, and HEAD for calls of the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/api/"):
            return self._call(request)
        if request.method not in PAGES:
            return HttpResponseNotAllowed(PAGES)
        return self.get_response(request)

    def _call(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        if isinstance(response, HttpResponse):
            length = str(len(response.content))
            response.content = b""
            response["Content-Length"] = length
        return response
