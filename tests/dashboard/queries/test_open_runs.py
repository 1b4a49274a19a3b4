"""What is open, found and counted without a look at the rest."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.queries import open_runs as queries
from dashboard.queries.overview import latest_failures
from dashboard.queries.pulse import pulse
from dashboard.queries.replays import replayable
from dashboard.queries.runs import RunFilter, matching
from tests.dashboard import factories
from tests.dashboard.factories import DIRECTORY

pytestmark = pytest.mark.django_db
ON_SQLITE = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="told by SQLite's planner"
)
FILTERS: list[dict[str, Any]] = [
    {},
    {"states": ("failed",)},
    {"states": ("failed", "lost")},
    {"file": "mail.py", "directory": DIRECTORY},
    {"user": "jo"},
    {"test": False},
    {"trigger": "failed-job-self"},
    {"signature": "KeyError"},
]


def test_it_is_counted_by_callback_and_by_whether_it_ran() -> None:
    factories.run(state="failed")
    factories.run(state="lost")
    factories.run(state="suppressed", file="b.pl")
    factories.run(state="failed", settled="dismissed", settled_by="jo")
    found = queries.open_runs()
    assert (found.all.total, found.all.bad, found.all.suppressed) == (3, 2, 1)
    assert found.of(DIRECTORY, "mail.py").counts == {"failed": 1, "lost": 1}
    assert found.of(DIRECTORY, "b.pl").suppressed == 1
    assert found.of(DIRECTORY, "c.py").total == 0


def test_more_than_are_counted_are_said_to_be_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "COUNTED", 2)
    for _ in range(3):
        factories.run(state="failed")
    found = queries.open_runs()
    assert (found.all.total, found.all.more) == (2, True)


@ON_SQLITE
@pytest.mark.parametrize("wanted", FILTERS)
def test_a_filter_of_what_is_open_reads_no_run_that_is_settled(
    wanted: dict[str, Any],
) -> None:
    factories.run(state="failed")
    found = matching(RunFilter(open=True, **wanted)).order_by("-pk")[:51].explain()
    assert "USING INDEX run_open" in found
    asked = [step for step in found.splitlines() if "SEARCH dashboard_run" in step]
    assert all("rowid=?" in step for step in asked), found


@ON_SQLITE
def test_whether_a_run_is_being_replayed_is_one_look_into_its_chain() -> None:
    factories.run(state="failed")
    plan = replayable(RunFilter()).order_by("-id").explain()
    assert "USING COVERING INDEX run_chain (chain=?" in plan


@ON_SQLITE
def test_every_count_goes_by_the_index_of_what_is_open() -> None:
    factories.run(state="failed")
    with CaptureQueriesContext(connection) as captured:
        queries.open_runs()
        latest_failures()
        pulse()
    counts = [each["sql"] for each in captured if '"open"' in each["sql"]]
    counts += [each["sql"] for each in captured if "WHERE open" in each["sql"]]
    assert len(counts) == 3
    for statement in counts:
        with connection.cursor() as cursor:
            steps = cursor.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        assert any("INDEX run_open" in step[3] for step in steps), steps
