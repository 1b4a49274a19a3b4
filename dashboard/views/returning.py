"""Where to go back to after a form, or from an address that accepts only POST."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
_SAFE = ("GET", "HEAD")


def only_posted(leads_to: str, *kept: str) -> Callable[[View[P]], View[P]]:
    """Accept only POST. Opening the address (Back, a reload, a bookmark) redirects.

    Takes the name of a page, and the parts of the address that it shares.
    """

    def guard(view: View[P]) -> View[P]:
        only_posts = require_POST(view)

        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if request.method in _SAFE:
                shared = {name: kwargs[name] for name in kept}
                return redirect(reverse(leads_to, kwargs=shared))
            return only_posts(request, *args, **kwargs)

        return guarded

    return guard


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Give the path that `next` names when it is one of ours, else `otherwise`.

    A word alone would be read as the name of a view, and another host as ours.
    """
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else otherwise
