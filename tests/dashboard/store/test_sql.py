"""What many statements share: a thread's cursor, and how moments are written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.store.database import sql


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="a database in memory is never closed"
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


@pytest.mark.parametrize("moment", [0.0, 1_764_000_000.0, 1_764_000_000.25])
def test_a_moment_is_written_as_django_writes_it(moment: float) -> None:
    at = datetime.fromtimestamp(moment, UTC)
    assert sql.moment(moment) == connection.ops.adapt_datetimefield_value(at)
    assert sql.unix(sql.moment(moment)) == moment
