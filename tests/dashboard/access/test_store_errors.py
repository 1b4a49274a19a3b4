"""A person is told what to do when the database is full or busy."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from qubecb.errors import StoreBusy, StoreFull
from qubecb.project.store_errors import StoreErrorsMiddleware


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (StoreFull(), 507, "manage.py prune"),
        (StoreBusy(), 503, "try again"),
        (OperationalError("database is locked"), 503, "try again"),
    ],
    ids=["full", "busy", "locked"],
)
def test_trouble_of_the_store_is_a_page(
    error: Exception, status: int, said: str
) -> None:
    middleware = StoreErrorsMiddleware(lambda _: HttpResponse())
    answer = middleware.process_exception(RequestFactory().post("/"), error)
    assert answer is not None
    assert answer.status_code == status
    assert said in answer.content.decode()


def test_other_errors_stay_what_they_are() -> None:
    middleware = StoreErrorsMiddleware(lambda _: HttpResponse())
    request = RequestFactory().get("/")
    assert middleware.process_exception(request, KeyError()) is None
