"""Runs as they are listed, grouped and counted for a replay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from dashboard.queries import runs as queries
from dashboard.queries.runs import RunFilter
from tests.dashboard import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOUR = datetime(2026, 3, 1, 14, tzinfo=UTC)
#: A filter, what a run has that fits it, and what one has that does not.
FILTERS: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"states": ("failed", "lost")}, {"state": "lost"}, {"state": "succeeded"}),
    ({"file": "mail.py"}, {}, {"file": "mail.pl"}),
    (
        {"directory": "/a", "file": "mail.py"},
        {"directory": "/a"},
        {"directory": "/b"},
    ),
    ({"trigger": "done-job-self"}, {"trigger": "done-job-self"}, {}),
    ({"trigger": "t" * 500}, {"trigger": "t" * 500}, {"trigger": "t" * 499}),
    ({"job": 7}, {"job": 7}, {"job": 8}),
    ({"user": "eve"}, {"user": "eve"}, {}),
    ({"test": True}, {"test": True}, {}),
    ({"test": False}, {}, {"test": True}),
    ({"simulate": True}, {"test": True, "simulate": True}, {"test": True}),
    ({"simulate": False, "file": "a.py"}, {"file": "a.py"}, {"test": True}),
    ({"test": True, "simulate": False}, {"test": True}, {}),
    ({"event": "done"}, {"event_spec": "done-work-7"}, {"event_spec": "donee-job"}),
    ({"event": "done-work"}, {"event_spec": "done-work-7"}, {"event_spec": "done-job"}),
    ({"event": "done-job"}, {"event_spec": "done-job"}, {"event_spec": "done-job5"}),
    ({"text": "LOCKED"}, {"last_line": "database is locked"}, {"last_line": "fine"}),
    ({"text": "signal"}, {"reason": "ended by a signal"}, {}),
    ({"signature": "KeyError"}, {"signature": "KeyError"}, {"signature": "Key"}),
    ({"revision": 3}, {"revision": 3}, {"revision": 4}),
    ({"open": True}, {"state": "failed"}, {}),
    ({"open": False}, {}, {"state": "failed"}),
    (
        {"since": NOW - timedelta(hours=1)},
        {"queued_at": NOW},
        {"queued_at": NOW - timedelta(hours=2)},
    ),
    (
        {"until": NOW - timedelta(hours=1)},
        {"queued_at": NOW - timedelta(hours=2)},
        {"queued_at": NOW},
    ),
    (
        {"hour": HOUR},
        {"queued_at": HOUR - timedelta(minutes=9), "ended_at": HOUR},
        {"queued_at": HOUR, "ended_at": HOUR + timedelta(hours=1)},
    ),
]


@pytest.mark.parametrize(("wanted", "fits", "other"), FILTERS)
def test_a_filter_gives_what_fits_and_nothing_else(
    wanted: dict[str, Any], fits: dict[str, Any], other: dict[str, Any]
) -> None:
    run = factories.run(**fits)
    factories.run(**other)
    assert list(queries.matching(RunFilter(**wanted))) == [run]


def test_an_event_is_found_by_its_sequence_and_by_its_sources_id() -> None:
    cause = factories.event(event_id="farm-77")
    run = factories.run(of=cause)
    factories.run()
    assert list(queries.matching(RunFilter(event=str(cause.sequence)))) == [run]
    assert list(queries.matching(RunFilter(event="farm-77"))) == [run]


def test_runs_of_an_unknown_item_are_found_with_those_of_all_items() -> None:
    known = factories.run(of=factories.event(type="work", extra="7"))
    unknown = factories.run(of=factories.event(type="work"))
    factories.run(of=factories.event(type="job"))
    found = queries.matching(RunFilter(event="failed-work")).order_by("pk")
    assert list(found) == [known, unknown]
    assert list(queries.matching(RunFilter(event="failed-work-7"))) == [known]


def test_failures_are_grouped_by_what_they_have_in_common() -> None:
    for _ in range(2):
        newest = factories.run(state="failed", signature="KeyError: 'id'")
    factories.run(state="crashed", signature="killed by SIGSEGV")
    factories.run(signature="KeyError: 'id'")
    first, second = queries.failure_groups(RunFilter())
    assert (first.signature, first.count, first.newest) == (
        "KeyError: 'id'",
        2,
        newest.pk,
    )
    assert (second.signature, second.count) == ("killed by SIGSEGV", 1)


def test_a_list_reads_no_large_columns() -> None:
    factories.run(job_then={"id": 1})
    run = queries.matching(RunFilter()).get()
    assert {"job_then", "traceback", "notes"} <= run.get_deferred_fields()


@pytest.mark.parametrize(
    "wanted",
    [wanted for wanted, _, _ in FILTERS if not wanted.keys() & {"text", "open"}],
)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="told by SQLite's planner")
def test_no_single_filter_goes_through_all_runs(wanted: dict[str, Any]) -> None:
    factories.run(queued_at=HOUR)
    factories.run(queued_at=NOW - timedelta(hours=2), event_spec="done-work-7")
    factories.run(queued_at=NOW)
    plan = queries.matching(RunFilter(**wanted)).order_by("-pk")[:51].explain()
    assert "SCAN dashboard_run" not in plan


@pytest.mark.skipif(connection.vendor != "sqlite", reason="told by SQLite's planner")
def test_the_runs_of_an_hour_are_read_in_order_of_their_keys() -> None:
    factories.run(queued_at=HOUR, ended_at=HOUR)
    factories.run(queued_at=NOW)
    plan = queries.matching(RunFilter(hour=HOUR)).order_by("-pk")[:51].explain()
    assert "PRIMARY KEY" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("name", ["since", "until", "hour"])
@pytest.mark.parametrize("years", [-1, 1])
def test_a_time_in_which_nothing_ran_is_not_searched(
    name: str, years: int, django_assert_num_queries: Any
) -> None:
    factories.run(queued_at=NOW)
    moment = NOW + timedelta(days=365 * years)
    asked: dict[str, Any] = {name: moment}
    wanted = RunFilter(**asked)
    found = list(queries.matching(wanted))
    covers = (name, years) in (("since", -1), ("until", 1))
    assert len(found) == covers
    with django_assert_num_queries(2 if name == "hour" else 1 + covers):
        list(queries.matching(wanted))


def test_a_run_that_waited_long_is_found_in_the_hour_in_which_it_ended() -> None:
    run = factories.run(queued_at=HOUR - timedelta(days=6), ended_at=HOUR)
    factories.run(queued_at=HOUR - timedelta(days=8), ended_at=NOW)
    assert list(queries.matching(RunFilter(hour=HOUR))) == [run]
