"""Who may do what: rights of people, the decorator of every view, where a request came from."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from dashboard.models.rights import MEANINGS, RIGHTS, can, right_of
from dashboard.resending import is_background, signed_out
from dashboard.store.people.audit import By

__all__ = [
    "RIGHTS",
    "by",
    "can",
    "forbidden",
    "name_of",
    "origin_of",
    "requires",
    "right_of",
    "signed_in",
]

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def name_of(request: HttpRequest) -> str:
    """The name under which a person's acts are recorded."""
    return request.user.get_username()


def by(request: HttpRequest) -> By:
    """Give who acts, and from where, as acts are recorded."""
    return By(name_of(request), origin_of(request), "person", request.user.pk)


def origin_of(request: HttpRequest) -> str:
    """Give the address a request came from, as dashboard.project.proxies settled it."""
    return str(request.META.get("REMOTE_ADDR") or "unknown")[:100]


def requires(right: str) -> Callable[[View[P]], View[P]]:
    """Guard a view: visitors go to the login page; without the right, a 403 page."""
    if right not in RIGHTS:
        raise ValueError(f"{right} is not a right; rights are {', '.join(RIGHTS)}")

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not can(request.user, right):
                return forbidden(request, right)
            return view(request, *args, **kwargs)

        return signed_in(guarded)

    return guard


def signed_in(view: View[P]) -> View[P]:
    """Guard a view that everybody who is logged in may use, with a right or without."""

    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_login(request)
        return view(request, *args, **kwargs)

    return guarded


def to_login(request: HttpRequest) -> HttpResponse:
    """Redirect to the login page, and back afterwards.

    What was posted is shown again, to be sent after the login. The session of somebody who was deactivated ends here:
    it does not come back when they are let in again.
    """
    if SESSION_KEY in request.session:
        request.session.flush()
    if is_background(request) or request.method == "POST":
        return signed_out(request)
    return redirect_to_login(request.get_full_path())


def forbidden(request: HttpRequest, right: str) -> HttpResponse:
    """Answer 403 with a page that says which right is needed and who can give it."""
    context = {
        "needed": right,
        "held": right_of(request.user),
        "meaning": MEANINGS[right],
    }
    return render(request, "login/forbidden.html", context, status=403)
