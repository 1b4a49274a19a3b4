"""A person is told what to do when the database is full or busy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from secrets import token_hex

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from dashboard.machine.room import ROOM
from dashboard.views.store_errors import StoreErrorsMiddleware, server_error
from qubecb.errors import StoreBusy, StoreFull
from tests.dashboard.reading import Page


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
    assert said in Page(answer).text


def test_other_errors_stay_what_they_are() -> None:
    middleware = StoreErrorsMiddleware(lambda _: HttpResponse())
    request = RequestFactory().get("/")
    assert middleware.process_exception(request, KeyError()) is None


def test_a_session_that_cannot_be_stored_is_the_stores_trouble_too() -> None:
    request = RequestFactory().get("/")
    try:
        raise OperationalError("database is locked")
    except OperationalError:
        assert server_error(request).status_code == 503
    try:
        raise KeyError
    except KeyError:
        assert server_error(request).status_code == 500


@pytest.fixture
def full(person: Callable[..., User]) -> Iterator[None]:
    """A database that takes not one more session, and jo, who has an account."""
    person("jo", "viewer")
    end = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1")
    refused = 0
    while refused < 200:  # in a row: wherever in the table a key belongs
        try:
            Session.objects.create(session_key=token_hex(16), expire_date=end)
            refused = 0
        except OperationalError:
            refused += 1
    yield
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
    ROOM.found()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite can be made full")
@pytest.mark.usefixtures("full")
def test_who_logs_in_while_the_disk_is_full_is_told_so() -> None:
    form = {"username": "jo", "password": "correct horse battery"}
    answer = Client().post("/login/", form)
    assert answer.status_code == 507
    assert "The disk or the database is full" in Page(answer).text
    assert ROOM.is_gone
