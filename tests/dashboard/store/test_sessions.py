"""Sessions on PostgreSQL end when their client is gone, and let go of their locks."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from django.db import connection

from dashboard.project.postgresql.base import SESSION
from dashboard.store.database import sql
from dashboard.store.database.locks import Key, take_turn
from dashboard.store.database.transactions import writing
from qubecb.errors import StoreError
from tests.core.runner.rig import wait_until
from tests.dashboard.store.site import Site

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no sessions"
)
_SET_HERE = "SELECT name FROM pg_settings WHERE source = 'session'"
_BACKEND = "SELECT 1 FROM pg_stat_activity WHERE pid = %s"


def test_the_server_is_told_when_a_client_is_gone(site: Site) -> None:
    assert {*SESSION.values()} <= {*sql.column(_SET_HERE)}
    assert sql.value("SHOW idle_in_transaction_session_timeout") == "10s"
    assert sql.value("SHOW application_name").startswith("qubecb:")


def hang() -> None:
    """Take a lock, and say nothing more until the server has had enough."""
    observer: Any = connection.copy()
    backend = sql.value("SELECT pg_backend_pid()")
    with contextlib.closing(observer), observer.cursor() as cursor, writing():
        take_turn(Key.DISPATCHER)
        wait_until(lambda: not cursor.execute(_BACKEND, [backend]).fetchall())
        sql.execute("SELECT 1")


def test_who_hangs_in_a_transaction_loses_it_and_its_locks(site: Site) -> None:
    sql.execute("SET idle_in_transaction_session_timeout = '50ms'")
    with pytest.raises(StoreError):
        hang()
    with writing():
        take_turn(Key.DISPATCHER)
    assert sql.value("SHOW idle_in_transaction_session_timeout") == "10s"
