"""Who may do what: rights of people, the decorator of every view, where a request came from."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from dashboard.models.rights import MEANINGS, RIGHTS, can, right_of
from dashboard.store.audit import By

__all__ = [
    "RIGHTS",
    "by",
    "can",
    "forbidden",
    "name_of",
    "origin_of",
    "requires",
    "right_of",
]

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def name_of(request: HttpRequest) -> str:
    """Give the name under which a person's acts are recorded."""
    return request.user.get_username()


def by(request: HttpRequest) -> By:
    """Give who acts, and from where, as acts are recorded."""
    return By(name_of(request), origin_of(request))


def origin_of(request: HttpRequest) -> str:
    """Give the address a request came from, as qubecb.project.proxies settled it."""
    return str(request.META.get("REMOTE_ADDR") or "unknown")[:100]


def requires(right: str) -> Callable[[View[P]], View[P]]:
    """Guard a view: strangers are sent to the login page, a right too low gets a 403 page."""
    if right not in RIGHTS:
        raise ValueError(f"{right} is no right; rights are {', '.join(RIGHTS)}")

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_login(request)
            if not can(request.user, right):
                return forbidden(request, right)
            return view(request, *args, **kwargs)

        return guarded

    return guard


def to_login(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the login page and back afterwards; htmx as a whole page."""
    if "HX-Request" not in request.headers:
        return redirect_to_login(request.get_full_path())
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
    return HttpResponse(
        headers={"HX-Redirect": f"{reverse('login')}?{urlencode({'next': back})}"}
    )


def forbidden(request: HttpRequest, right: str) -> HttpResponse:
    """Answer 403 with a page that says which right is needed and who can give it."""
    context = {
        "needed": right,
        "held": right_of(request.user),
        "meaning": MEANINGS[right],
    }
    return render(request, "login/forbidden.html", context, status=403)
