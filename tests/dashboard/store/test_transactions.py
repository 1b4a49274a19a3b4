"""What failures of the database are called, and how write transactions nest."""

from __future__ import annotations

import sqlite3

import pytest
from django.db import OperationalError
from django.utils import timezone

from dashboard.models import SpoolProblem
from dashboard.store.database.transactions import named, reading, writing
from qubecb.errors import StoreBusy, StoreError, StoreFull
from tests.dashboard.store.site import Site


def failure(code: int) -> OperationalError:
    """A failure as Django passes it on from SQLite."""
    cause = sqlite3.OperationalError("a message")
    cause.sqlite_errorcode = code
    error = OperationalError("a message")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, StoreFull),
        (sqlite3.SQLITE_BUSY, StoreBusy),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreBusy),
        (sqlite3.SQLITE_LOCKED, StoreBusy),
        (sqlite3.SQLITE_IOERR, StoreError),
    ],
)
def test_failures_have_the_names_that_callers_act_on(
    code: int, kind: type[StoreError]
) -> None:
    assert type(named(failure(code))) is kind


def test_reads_fail_by_the_same_names(db: None) -> None:
    with pytest.raises(StoreBusy), reading():
        raise failure(sqlite3.SQLITE_BUSY)


def store_and_fail() -> None:
    """Store something in a block that then fails."""
    with writing():
        SpoolProblem.objects.create(
            file="a.json", reason="empty", found_at=timezone.now()
        )
        raise ZeroDivisionError


def test_a_block_that_fails_stores_nothing(site: Site) -> None:
    with pytest.raises(ZeroDivisionError):
        store_and_fail()
    assert not SpoolProblem.objects.exists()
