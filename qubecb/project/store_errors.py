"""A database that is full or busy is a page with what to do, not an error page.

The API answers the same by itself, in JSON (dashboard.api.application).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

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
        if not isinstance(error, StoreError | OperationalError):
            return None
        log.warning("%s %s: %s", request.method, request.path, error)
        full = isinstance(error, StoreFull)
        status = (
            HTTPStatus.INSUFFICIENT_STORAGE if full else HTTPStatus.SERVICE_UNAVAILABLE
        )
        return render(request, "store.html", {"full": full}, status=status)
