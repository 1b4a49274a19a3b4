"""Addresses from before directories had names lead to those of today.

A number was the directory's place in the list. A redirect keeps the method and the body, so a form
that stayed open over the upgrade is not lost.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from dashboard.access import requires
from dashboard.store.configuration import directory_names
from dashboard.views.directories import there_are
from dashboard.views.numbers import number_in

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@requires("viewer")
def numbered(request: HttpRequest, position: int, rest: str = "") -> HttpResponse:
    """The same address with the directory's name: `/callbacks/0/…`, `/configuration/0/…`."""
    _, family, _, *beyond = request.get_full_path().split("/", 3)
    return _kept("/".join(["", family, _name(position), *beyond]))


def with_name(view: View[P]) -> View[P]:
    """Lead from `?directory=0` to the same address with the directory's name."""

    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        position = number_in(request.GET, "directory")
        if position is None:
            return view(request, *args, **kwargs)
        query = request.GET.copy()
        query["directory"] = _name(position)
        return _kept(f"{request.path}?{query.urlencode()}")

    return guarded


def _kept(address: str) -> HttpResponse:
    return redirect(address, preserve_request=True)


def _name(position: int) -> str:
    name = directory_names.at_the_upgrade(position)
    if name is None:
        raise Http404(
            f"There was no callback directory {position}, counted from 0; by name {there_are()}."
        )
    return name
