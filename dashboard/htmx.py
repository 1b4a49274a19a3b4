"""One view, two answers: the whole page, or only its fragment for htmx."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

#: htmx stops polling a region that answers with this status.
STOP_POLLING = 286


class HtmxRequest(HttpRequest):
    """A request as the views see it, behind the middleware of django-htmx."""

    htmx: HtmxDetails


def wants_fragment(request: HttpRequest) -> bool:
    """Whether only a part of the page is asked for, not a link followed by htmx."""
    htmx = cast(HtmxRequest, request).htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(
    request: HttpRequest,
    page_template: str,
    fragment_template: str,
    context: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Render the fragment when htmx asks for it, else the page that includes it."""
    fragment = wants_fragment(request)
    response = render(
        request,
        fragment_template if fragment else page_template,
        dict(context),
        status=status,
    )
    patch_vary_headers(response, ["HX-Request", "HX-Boosted"])
    return response
