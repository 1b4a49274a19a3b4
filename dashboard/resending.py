"""A refused POST, shown again with a button that sends it once more.

A session ends, or a token is renewed by logging in again, while somebody writes. Their
browser then posts what we must refuse; without these pages their text would be lost.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

logger = logging.getLogger(__name__)
_KEY = "csrfmiddlewaretoken"
#: Longer values, and those of several lines, are shown, to be read and copied.
_SHORT = 60
_LABELS = {"text": "callbacks.conf", "reason": "Why", "mapping-trigger": "Trigger"}


@dataclass(frozen=True, slots=True)
class Sent:
    """One field of a form as it was posted."""

    name: str
    value: str

    @property
    def label(self) -> str:
        """What it is called in the page."""
        return _LABELS.get(self.name) or self.name.rpartition("-")[2].capitalize()

    @property
    def shown(self) -> bool:
        """Whether a person wrote it, as far as one can tell."""
        words = self.long and any(each.isspace() for each in self.value)
        return bool(self.value) and (self.name in _LABELS or words)

    @property
    def long(self) -> bool:
        """Whether it takes more than a line."""
        return len(self.value) > _SHORT or "\n" in self.value

    @property
    def rows(self) -> int:
        """How many lines to show at a time."""
        return min(max(self.value.count("\n") + 2, 3), 20)


def is_background(request: HttpRequest) -> bool:
    """Whether a page asks by itself, so that nobody would see a page as the answer."""
    return "HX-Request" in request.headers


def signed_out(request: HttpRequest) -> HttpResponse:
    """Answer 401 to somebody who is logged out: with what was posted, and how to go on.

    A background request of a page gets nothing else; the page stays and says so (connection.js).
    """
    if is_background(request):
        return HttpResponse("You are logged out.", "text/plain", status=401)
    return _shown(request, "login/signed_out.html", 401)


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form whose token is not this browser's (any more); Django calls this.

    What another site may have posted is never offered: one click would do it. Where the
    cause is an https proxy that is not configured, the page says so.
    """
    if is_background(request) and not request.user.is_authenticated:
        return signed_out(request)
    origin = _origin_of(request)
    if origin == ("https", request.get_host()) and request.scheme == "http":
        logger.warning(
            "a form came from https://%s, but this service does not know that it is reached "
            "by https: set QUBECB_PUBLIC_URL",
            request.get_host()[:200],
        )
        return _shown(request, "login/public_url.html", 403, ours=False)
    return _shown(request, "403_csrf.html", 403, _is_ours(request))


def _shown(
    request: HttpRequest, template: str, status: int, ours: bool = True
) -> HttpResponse:
    sent = [
        Sent(name, value)
        for name in request.POST
        for value in request.POST.getlist(name)
        if name != _KEY
    ]
    secret = any("password" in each.name for each in sent)
    context = {"sent": sent, "again": ours and not secret, "path": request.path}
    return render(request, template, context, status=status)


def _is_ours(request: HttpRequest) -> bool:
    """Whether nothing says that the form came from another site.

    Browsers name the origin of a post, and a page cannot keep them from doing so.
    """
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = _origin_of(request)
    own = (request.scheme, request.get_host())
    return site == "same-origin" and origin in (None, own)


def _origin_of(request: HttpRequest) -> tuple[str, str] | None:
    """Scheme and host of the page that posted, as the browser names them; None: not named."""
    named = request.headers.get("Origin") or request.headers.get("Referer", "")
    if not named:
        return None
    try:
        parts = urlsplit(named)
    except ValueError:  # written by the sender
        return ("", "")
    return parts.scheme, parts.netloc
