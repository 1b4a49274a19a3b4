"""Browsers of people with a right, and how many queries a page needs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.dashboard import factories

BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser_of(right: str) -> Client:
    """A browser in which somebody with this right is signed in."""
    client = Client()
    client.force_login(factories.person(right), BACKEND)
    return client


@pytest.fixture
def viewer(db: None) -> Client:
    """A viewer's browser."""
    return browser_of("viewer")


@pytest.fixture
def operator(db: None) -> Client:
    """An operator's browser."""
    return browser_of("operator")


@pytest.fixture
def queries_of(viewer: Client) -> Callable[[str], int]:
    """How many queries a page needs, once everything that is kept has been read."""

    def count(address: str) -> int:
        viewer.get(address)
        with CaptureQueriesContext(connection) as captured:
            answer = viewer.get(address)
        assert answer.status_code == 200
        return len(captured)

    return count
