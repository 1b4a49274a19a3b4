"""The farm's pulse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.queries.pulse import pulse
from tests.dashboard import factories

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(hours=2)


def test_an_empty_farm_is_calm() -> None:
    found = pulse()
    assert (found.queued, found.running, found.open) == (0, 0, 0)
    assert not found.working
    assert not found.paused
    assert not found.busy


def test_it_counts_what_waits_what_runs_and_what_is_open() -> None:
    factories.run(state="queued")
    factories.run(state="running")
    factories.run(state="failed")
    factories.run(state="lost")
    factories.run(state="suppressed", queued_at=LONG_AGO)
    factories.run(state="failed", settled="dismissed", settled_by="jo")
    factories.run(state="failed", test=True)
    factories.run()
    found = pulse()
    assert (found.queued, found.running, found.open) == (1, 1, 3)


def test_a_process_that_is_silent_does_not_work() -> None:
    factories.heartbeat(beat_at=LONG_AGO)
    assert not pulse().working
    factories.heartbeat()
    assert pulse().working


def test_only_a_pause_of_everything_that_has_not_ended_counts() -> None:
    factories.pause()
    factories.pause(directory="", file="", until=LONG_AGO)
    assert not pulse().paused


def test_a_pause_of_everything_is_shown() -> None:
    factories.pause(directory="", file="")
    assert pulse().paused
