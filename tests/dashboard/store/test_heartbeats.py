"""Who is alive: told by signs of life, by the clock of the database."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dashboard.models import Heartbeat
from dashboard.queries.health import health
from dashboard.queries.overview import processes
from dashboard.queries.pulse import pulse
from dashboard.store.database import sql
from dashboard.store.processes import heartbeats
from dashboard.store.processes.heartbeats import PATIENCE
from tests.dashboard import factories
from tests.dashboard.store.site import Site

postgres_only = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="on SQLite there is one `work`"
)


def beat(name: str, seconds: float) -> None:
    moment = timezone.now() + timedelta(seconds=seconds)
    factories.heartbeat(name=name, beat_at=moment)


def test_a_sign_has_the_time_of_the_database_whatever_the_hosts_clock_says(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now + 3600.0)
        given = heartbeats.beat("ahead", "host", 7, {"slots": 8})
        again = heartbeats.beat("ahead", "host", 7, {"slots": 9})
    stored = Heartbeat.objects.get()
    assert stored.started_at.timestamp() == pytest.approx(given)
    assert stored.beat_at.timestamp() == pytest.approx(again)
    assert now - 60 < given <= again < now + 600
    assert (stored.host, stored.pid, stored.details) == ("host", 7, {"slots": 9})


@postgres_only
def test_who_gave_a_sign_lately_is_alive_and_nobody_else(site: Site) -> None:
    beat("silent", -PATIENCE - 1)
    beat("alive", 1 - PATIENCE)
    beat("of before the clock was set back", 3600)
    assert sql.column(heartbeats.living()) == ["alive"]


def test_a_sign_of_the_future_is_of_before_the_clock_was_set_back(site: Site) -> None:
    beat("dead", 3600)
    assert not health().working
    assert not pulse().working
    assert [worker.alive for worker in processes()] == [False]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_host_whose_clock_is_wrong_sees_who_is_alive(
    site: Site, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    heartbeats.beat("alive", "host", 7, {})
    wrong = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr(timezone, "now", lambda: wrong)
    assert health().working
    assert pulse().working
    assert [worker.alive for worker in processes()] == [True]
