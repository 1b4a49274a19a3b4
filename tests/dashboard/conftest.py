"""Browsers of people with a right, and how many queries a page needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dashboard.store.configuration.observing import STEADINESS
from tests.dashboard import factories
from tests.dashboard.sites import Site, make_site

BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser_of(right: str) -> Client:
    """A browser in which somebody with this right is signed in."""
    client = Client()
    client.force_login(factories.person(right), BACKEND)
    return client


@pytest.fixture(autouse=True)
def every_look_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody writes slowly here: a change counts at the first look."""
    monkeypatch.setattr(STEADINESS, "seconds", 0.0)


@pytest.fixture(autouse=True)
def passwords_are_quick(settings: Settings) -> None:
    """Hashing one slowly enough for a thief takes longer than most tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def viewer(db: None) -> Client:
    """A viewer's browser."""
    return browser_of("viewer")


@pytest.fixture
def operator(db: None) -> Client:
    """An operator's browser."""
    return browser_of("operator")


@pytest.fixture
def editor(db: None) -> Client:
    """An editor's browser."""
    return browser_of("editor")


@pytest.fixture
def site(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None
) -> Site:
    """A callback directory with mail.py and report.pl."""
    return make_site(settings, tmp_path, monkeypatch)


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
