"""Two connections whose transactions meet in a given order, on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection, connections

from dashboard.store.database import sql
from dashboard.store.database.transactions import writing
from tests.core.runner.rig import wait_until

T = TypeVar("T")
_WAITS = """
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


class Another:
    """Does something in a thread of its own, on a connection of its own."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._answer: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._do, daemon=True)
        self._thread.start()

    def _do(self) -> None:
        try:
            self._answer = self._work()
        except BaseException as error:  # noqa: BLE001 (raised below)
            self._error = error
        finally:
            connections.close_all()

    @property
    def waits(self) -> bool:
        """Whether it waits for a lock; raises AssertionError if it has ended instead."""
        assert self._thread.is_alive(), "it waited for nobody"
        return bool(sql.rows(_WAITS))

    def answer(self) -> Any:
        """Wait for its end; give what it gave, or raise what it raised."""
        self._thread.join(30)
        assert not self._thread.is_alive()
        if self._error:
            raise self._error
        return self._answer


@contextmanager
def open_still(work: Callable[[], T]) -> Iterator[T]:
    """Do this in a transaction that is committed at the end of the block; gives what it gave."""
    done, end = threading.Event(), threading.Event()
    given: list[T] = []

    def do() -> None:
        try:
            with writing():
                given.append(work())
                done.set()
                assert end.wait(30)
        finally:
            done.set()

    other = Another(do)
    try:
        assert done.wait(30)
        yield given[0]
    finally:
        end.set()
        other.answer()


def begun_behind(work: Callable[[], object]) -> Another:
    """Begin this, and wait until it waits for a lock that somebody holds."""
    other = Another(work)
    wait_until(lambda: other.waits)
    return other


@contextmanager
def impatient() -> Iterator[None]:
    """Whatever waits for a lock here fails."""
    connection.ensure_connection()
    sql.execute("SET lock_timeout = '500ms'")
    try:
        yield
    finally:
        sql.execute("RESET lock_timeout")
