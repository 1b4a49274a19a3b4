"""Who is alive: told by signs that are new, whatever any clock says."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dashboard.models import Heartbeat
from dashboard.queries.health import health
from dashboard.queries.overview import processes
from dashboard.queries.pulse import pulse
from dashboard.store.processes.heartbeats import PATIENCE, Living
from tests.dashboard import factories
from tests.dashboard.store.site import Site


def beat(name: str, hours: float) -> None:
    moment = timezone.now() + timedelta(hours=hours)
    if not Heartbeat.objects.filter(name=name).update(beat_at=moment):
        factories.heartbeat(name=name, beat_at=moment)


def test_a_sign_that_changes_is_a_sign_of_life_whatever_its_time(site: Site) -> None:
    now = [100.0]
    living = Living(lambda: now[0])
    for hours in (0.0, 48.0, -1.0, -1.001):
        beat("set", hours)
        beat("other", -hours)
        assert living.names() == {"set", "other"}
        now[0] += PATIENCE - 1


def test_one_that_stays_the_same_is_dead_though_it_is_of_the_future(
    site: Site,
) -> None:
    now = [100.0]
    living = Living(lambda: now[0])
    beat("dead", 48.0)
    beat("gone", 0.0)
    assert living.names() == {"dead", "gone"}
    now[0] += PATIENCE
    beat("alive", -1.0)
    assert living.names() == {"alive"}


def test_a_sign_of_the_future_is_of_before_the_clock_was_set_back(site: Site) -> None:
    beat("dead", 1.0)
    assert not health().working
    assert not pulse().working
    assert [worker.alive for worker in processes()] == [False]
