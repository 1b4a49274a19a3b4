"""Events as they are listed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from dashboard.queries import events as queries
from dashboard.queries.events import EventFilter
from tests.dashboard import factories

pytestmark = pytest.mark.django_db
HOUR_AGO = timezone.now() - timedelta(hours=1)
FILTERS: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"name": "done"}, {"name": "done"}, {"name": "failed"}),
    ({"type": "work"}, {"type": "work", "extra": "7"}, {}),
    ({"job": 7}, {"job_id": 7}, {}),
    ({"source": "spool"}, {"source": "spool"}, {}),
    ({"test": "yes"}, {"test": True, "source": "simulate"}, {"source": "fire"}),
    ({"test": "no"}, {"test": True, "source": "fire"}, {"source": "simulate"}),
    ({"test": "fired"}, {"test": True, "source": "fire"}, {}),
    ({"test": "farm"}, {}, {"test": True, "source": "fire"}),
    ({"caused": "runs"}, {"runs_count": 1}, {}),
    ({"caused": "nothing"}, {}, {"runs_count": 1}),
    ({"caused": "nothing"}, {}, {"planned_at": None}),
    ({"caused": "waiting"}, {"planned_at": None}, {}),
    ({"since": HOUR_AGO}, {}, {"accepted_at": HOUR_AGO - timedelta(minutes=1)}),
    ({"until": HOUR_AGO}, {"accepted_at": HOUR_AGO - timedelta(minutes=1)}, {}),
]


@pytest.mark.parametrize(("wanted", "fits", "other"), FILTERS)
def test_a_filter_gives_what_fits_and_nothing_else(
    wanted: dict[str, Any], fits: dict[str, Any], other: dict[str, Any]
) -> None:
    event = factories.event(**fits)
    factories.event(**other)
    assert list(queries.matching(EventFilter(**wanted))) == [event]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is SQLite's")
def test_a_list_by_name_is_read_in_order_from_an_index() -> None:
    listed = queries.matching(EventFilter(name="done")).order_by("-sequence")
    assert "event_name" in listed.explain()
    assert "TEMP B-TREE" not in listed.explain()


def test_an_event_has_the_runs_it_caused_in_their_order() -> None:
    event = factories.event()
    runs = [factories.run(of=event), factories.run(of=event, state="suppressed")]
    factories.run()
    assert queries.runs_of(event) == runs


def test_an_event_that_was_pruned_is_none() -> None:
    assert queries.get_event(10**30) is None
