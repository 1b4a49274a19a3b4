"""The API as a whole: its title, its parts, and how every trouble is answered."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Swagger
from ninja.errors import ValidationError

from dashboard.api import backtests, callbacks, events, firing, runs, set_aside, why
from dashboard.api.problems import (
    BadInput,
    BadMember,
    Refused,
    bad_input,
    refused,
)
from dashboard.store.database.transactions import named
from qubecb import __version__
from qubecb.errors import Backlogged, InvalidEvent, StoreError, StoreFull

log = logging.getLogger(__name__)
DESCRIPTION = """
Events go in, runs come out. Every call needs the header `Authorization: Bearer TOKEN`; an
administrator makes tokens under *Settings* or with `manage.py token create NAME`. A person who
is logged in may also read (GET) without one.

What a token may do is its right: `intake` sends events and nothing else; `viewer` reads;
`operator` also sends, test-fires and replays; `editor` may besides try configurations that are
not saved. Malformed input is answered 422 with a list of `{"index", "path", "message"}`, and
nothing of it is stored; every other refusal is `{"detail": "a sentence"}`.
"""

api = NinjaAPI(
    title="qubecb",
    version=__version__,
    description=DESCRIPTION,
    urls_namespace="api",
    docs=Swagger({"persistAuthorization": True, "defaultModelsExpandDepth": 0}),
)
for _part in (events, set_aside, runs, callbacks, firing, why, backtests):
    api.add_router("", _part.router)


def _input(request: HttpRequest, error: Any) -> HttpResponse:
    return bad_input(error)


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return refused(error)


def _parameters(request: HttpRequest, error: Any) -> HttpResponse:
    """Malformed parameters; a malformed path is an address that there is not."""
    if any(problem["loc"][0] == "path" for problem in error.errors):
        return refused(Refused(404, "There is nothing with this id."))
    return bad_input(
        BadInput([BadMember(_path(p["loc"]), p["msg"]) for p in error.errors])
    )


def _path(location: tuple[Any, ...]) -> str:
    """Where in the request, without ninja's names for its own parts."""
    return ".".join(str(part) for part in location[1:] if part != "filters")


def _event(request: HttpRequest, error: Any) -> HttpResponse:
    return bad_input(BadInput([BadMember(p.path, p.message) for p in error.problems]))


def _missing(request: HttpRequest, error: Any) -> HttpResponse:
    return refused(Refused(404, "There is nothing at this address."))


def _store(request: HttpRequest, error: Any) -> HttpResponse:
    """Trouble of the store: the backlog, a full disk, or a database that does not work."""
    if isinstance(error, DatabaseError):
        error = named(error)
    if isinstance(error, Backlogged):
        return refused(
            Refused(429, str(error), {"Retry-After": str(error.retry_after)})
        )
    if isinstance(error, StoreFull):
        return refused(Refused(HTTPStatus.INSUFFICIENT_STORAGE, str(error)))
    log.warning("%s %s: %s", request.method, request.path, error)
    return refused(
        Refused(503, "The database did not answer; try again.", {"Retry-After": "1"})
    )


_HANDLERS: dict[type[Exception], Any] = {
    BadInput: _input,
    Refused: _refused,
    ValidationError: _parameters,
    InvalidEvent: _event,
    Http404: _missing,
    StoreError: _store,
    DatabaseError: _store,
}
for _kind, _handler in _HANDLERS.items():
    api.add_exception_handler(_kind, _handler)
