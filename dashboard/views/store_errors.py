"""A database that is full or busy is a page with what to do, not an error page.

The API answers the same by itself, in JSON (dashboard.api.application).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views import defaults

from dashboard.store.database.transactions import named
from qubecb.errors import StoreError, StoreFull

log = logging.getLogger(__name__)


class StoreErrorsMiddleware:
    """Answers 507 when the disk is full, 503 when the database does not work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """Turn the store's trouble into a page; leave everything else."""
        return store_trouble(request, error)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what no view could: a session that cannot be stored is the store's trouble too."""
    trouble = store_trouble(request, sys.exception())
    return trouble or defaults.server_error(request)


def store_trouble(
    request: HttpRequest, error: BaseException | None
) -> HttpResponse | None:
    """Give the page for an error of the store or of its database, None for any other."""
    if isinstance(error, OperationalError):
        error = named(error)
    if not isinstance(error, StoreError):
        return None
    log.warning("%s %s: %s", request.method, request.path, error)
    full = isinstance(error, StoreFull)
    status = HTTPStatus.INSUFFICIENT_STORAGE if full else HTTPStatus.SERVICE_UNAVAILABLE
    return render(request, "store.html", {"full": full}, status=status)
