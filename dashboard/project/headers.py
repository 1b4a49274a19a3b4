"""Headers about caching and about https."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: Pages are private and requested again each time; Back keeps them with what was typed. Answers of
#: the API are not cached.
PAGE, ANSWER = "private, no-cache", "no-store"


class HeadersMiddleware:
    """Adds what a view did not say itself. Static files never come here: they may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._https_host = urlsplit(settings.PUBLIC_URL or "").netloc

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_public = self._is_public(request)
        response = self.get_response(request)
        kept = ANSWER if request.path_info.startswith("/api/") else PAGE
        response.headers.setdefault("Cache-Control", kept)
        if settings.SECURE_HSTS_SECONDS and is_public:
            response.headers.setdefault(
                "Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}"
            )
        return response

    def _is_public(self, request: HttpRequest) -> bool:
        """Whether it came by the public address, and so through the TLS proxy there.

        Django sees https only when the proxy in front is trusted and says so. A browser
        that came without TLS ignores the header.
        """
        asked = str(request.META.get("HTTP_HOST", ""))
        return asked.lower() == self._https_host.lower()
