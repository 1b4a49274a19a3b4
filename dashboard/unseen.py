"""Invisible characters made visible: names and output cannot reverse text on a page.

Job names, file names and output are written by people who submit jobs or write
callbacks. In place of each control character, and of each mark that turns the direction
of writing, pages show what it is. Texts that a form sends back stay as they are: what
is edited keeps every byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase

from qubecb.lookalikes import UNSEEN, visible

#: What a form sends back: the text of a textarea, and values.
_SENT_BACK = re.compile(r'(<textarea\b[^>]*>[^<]*</textarea>|\bvalue="[^"]*")')


class UnseenMiddleware:
    """Marks unseen characters in every page and fragment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        kind = response.headers.get("Content-Type", "")
        if isinstance(response, HttpResponse) and kind.startswith("text/html"):
            page = response.content.decode()
            if UNSEEN.search(page):
                response.content = marked(page)
        return response


def marked(page: str) -> str:
    """The page with marks, outside of what its forms send back."""
    parts = _SENT_BACK.split(page)
    return "".join(part if at % 2 else visible(part) for at, part in enumerate(parts))
