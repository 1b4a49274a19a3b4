"""What wakes the work process on PostgreSQL, and how it hears again after any trouble."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.utils import Error

from dashboard.machine.waking import CANCELLATIONS, CHANNEL, EVENTS, EVERYTHING, wake
from dashboard.service.listening import DEAF, DELAY, ECHO, NotifyWaker
from dashboard.store.database import sql
from tests.dashboard.store.site import Site

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has a socket"
)
SECONDS = 30.0


class Listening:
    """A waker with a clock of its own."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waker = NotifyWaker(lambda: self.now)
        assert self.waker.wait(0.0) == EVERYTHING

    def hear(self) -> frozenset[bytes]:
        """Wait for what others say."""
        heard: frozenset[bytes] = frozenset()
        while not heard:
            heard = self.waker.wait(SECONDS)
        return heard

    def cut(self) -> None:
        """What a restart of the server is to its connection."""
        backend: Any = self.waker._connection.connection
        sql.rows("SELECT pg_terminate_backend(%s)", [backend.info.backend_pid])


@pytest.fixture
def listening(site: Site) -> Any:
    made = Listening()
    yield made
    made.waker.close()


def test_what_is_said_is_heard(listening: Listening) -> None:
    wake(EVENTS)
    assert listening.hear() == {EVENTS}
    wake(CANCELLATIONS)
    assert listening.hear() == {CANCELLATIONS}


def test_it_hears_again_when_the_server_is_back_and_takes_everything_to_be_up_once(
    listening: Listening,
) -> None:
    for _ in range(2):
        listening.cut()
        with pytest.raises(OperationalError):
            listening.hear()
        assert listening.waker.wait(SECONDS) == EVERYTHING
        wake(EVENTS)
        assert listening.hear() == {EVENTS}


def test_it_tries_again_as_long_as_there_is_no_server(
    listening: Listening, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    listening.waker.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict["OPTIONS"], "host", str(tmp_path))
        for _ in range(2):
            with pytest.raises(Error):
                listening.waker.wait(SECONDS)
    assert listening.waker.wait(SECONDS) == EVERYTHING


def test_it_hears_itself_and_nobody_else_is_woken_by_that(listening: Listening) -> None:
    other = NotifyWaker(lambda: 0.0)
    assert other.wait(0.0) == EVERYTHING
    assert other.wait(SECONDS) == frozenset()
    for _ in range(3):
        assert listening.waker.wait(SECONDS) == frozenset()
        listening.now += ECHO
    assert listening.waker.remark == ""
    wake(EVENTS)
    assert other.wait(SECONDS) == {EVENTS}
    other.close()


def test_one_that_hears_nothing_connects_again_and_says_so(
    listening: Listening,
) -> None:
    with listening.waker._connection.cursor() as cursor:
        cursor.execute("UNLISTEN *")
    listening.waker.wait(0.0)
    listening.now += DELAY + 0.1
    assert listening.waker.wait(0.0) == frozenset()
    assert listening.waker.remark == DEAF
    assert listening.waker.wait(SECONDS) == EVERYTHING
    assert listening.waker.wait(SECONDS) == frozenset()
    assert listening.waker.remark == ""


def test_the_channels_of_others_are_not_ours(listening: Listening) -> None:
    sql.rows("SELECT pg_notify(%s, 'e')", [f"{CHANNEL}_another"])
    wake(CANCELLATIONS)
    assert listening.hear() == {CANCELLATIONS}
