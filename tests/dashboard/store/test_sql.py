"""What many statements share: a thread's cursor, and how moments are written."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from dashboard.store.database import sql
from tests.conftest import ON_DISK
from tests.dashboard.factories import event

NOON = datetime(2026, 11, 27, 12, 0, 0, 250_000, UTC)


@pytest.mark.skipif(
    connection.vendor == "sqlite" and not ON_DISK,
    reason="a database in memory is never closed",
)
def test_a_thread_goes_on_when_its_connection_was_made_anew(
    transactional_db: None,
) -> None:
    assert sql.value("SELECT 1") == 1
    connection.close()
    assert sql.value("SELECT 2") == 2


def test_who_begins_to_listen_hears_statements_of_a_thread_that_had_some_before(
    transactional_db: None,
) -> None:
    sql.value("SELECT 1")
    with CaptureQueriesContext(connection) as captured:
        sql.value("SELECT 2")
    sql.value("SELECT 3")
    assert [each["sql"] for each in captured] == ["SELECT 2"]


@pytest.mark.parametrize(
    ("statement", "parameters"),
    [("SELECT %s, '%%s %%'", [7]), ("SELECT '%%' WHERE 1 = %s", (1,))],
)
def test_places_are_written_as_for_django(
    transactional_db: None, statement: str, parameters: Sequence[int]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        assert sql.rows(statement, parameters) == cursor.fetchall()


@pytest.mark.parametrize(
    "value", [None, True, 7, 1.5, "é %s", b"\0\xff", Decimal("1.50"), NOON], ids=str
)
def test_values_go_in_as_with_django(
    transactional_db: None, value: str | bytes | float | Decimal | datetime | None
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [value])
        assert sql.value("SELECT %s", [value]) == cursor.fetchone()[0]


def test_stored_rows_come_out_as_with_django(transactional_db: None) -> None:
    event(accepted_at=NOON, planned_at=None)
    statement = (
        "SELECT accepted_at, planned_at, test, sequence, job FROM dashboard_eventrecord"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert sql.rows(statement) == cursor.fetchall()


def test_a_pattern_may_be_a_value_or_stand_in_the_statement(
    transactional_db: None,
) -> None:
    event(name="failed")
    found = "SELECT name FROM dashboard_eventrecord WHERE name LIKE"
    assert sql.column(f"{found} 'fai%%'") == ["failed"]
    assert sql.column(f"{found} %s", ["%iled"]) == ["failed"]


def test_threads_do_not_take_each_others_results(transactional_db: None) -> None:
    def own(number: int) -> set[int]:
        try:
            return {int(sql.value("SELECT %s + 0", [number])) for _ in range(200)}
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(own, range(4))] == [{0}, {1}, {2}, {3}]


def test_failures_are_those_of_django(transactional_db: None) -> None:
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM nowhere")
    with pytest.raises(DatabaseError):
        sql.rows("SELECT 1 FROM nowhere")
    with pytest.raises(DatabaseError):
        sql.each("DELETE FROM nowhere WHERE id = %s", [(1,), (2,)])


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own message")
def test_a_failure_tells_what_the_database_said(transactional_db: None) -> None:
    with pytest.raises(OperationalError, match="nowhere") as failed:
        sql.rows("SELECT 1 FROM nowhere")
    assert isinstance(failed.value.__cause__, sqlite3.OperationalError)


def test_nothing_runs_in_a_transaction_that_has_failed(transactional_db: None) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            sql.value("SELECT 1")


@pytest.mark.parametrize("moment", [0.0, 1_764_000_000.0, 1_764_000_000.25])
def test_a_moment_is_written_as_django_writes_it(moment: float) -> None:
    at = datetime.fromtimestamp(moment, UTC)
    assert sql.moment(moment) == connection.ops.adapt_datetimefield_value(at)
    assert sql.unix(sql.moment(moment)) == moment
