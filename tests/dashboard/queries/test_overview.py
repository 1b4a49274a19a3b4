"""What the overview reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.models import SpoolProblem
from dashboard.models.statistics import BUCKETS
from dashboard.queries import overview as queries
from dashboard.queries.open_runs import open_runs
from tests.dashboard import factories

pytestmark = pytest.mark.django_db
SLOW = [0] * 11 + [1] + [0] * (len(BUCKETS) - 11)


def test_the_last_24_hours_are_added_up_by_hour_and_state() -> None:
    factories.roll_up(0, succeeded=2, failed=1)
    factories.roll_up(0, file="b.pl", succeeded=3)
    factories.roll_up(23, succeeded=4)
    factories.roll_up(24, succeeded=100)
    day = queries.last_day()
    assert len(day.history.periods) == 24
    newest = day.history.periods[-1][1]
    assert (newest.counts["succeeded"], newest.counts["failed"]) == (5, 1)
    assert (day.tally.total, day.tally.bad) == (10, 1)
    assert day.tally.success == 0.9


def test_what_was_suppressed_is_no_failure() -> None:
    factories.roll_up(succeeded=1, suppressed=9)
    assert queries.last_day().tally.success == 1.0


def test_the_worst_callback_stands_first_and_a_good_one_is_left_out() -> None:
    factories.roll_up(file="good.py", succeeded=9)
    factories.roll_up(file="slow.py", durations=SLOW)
    factories.roll_up(file="settled.py", failed=9)
    factories.run(file="bad.py", state="failed")
    for _ in range(2):
        factories.run(file="worse.py", state="crashed")
    factories.run(file="kept.py", state="suppressed")
    factories.roll_up(file="paused.py")
    stopped = [
        factories.pause(file="paused.py"),
        factories.pause(file="", directory=""),
    ]
    found = queries.troubled(queries.last_day(), open_runs(), stopped)
    assert [each.file for each in found] == [
        "worse.py",
        "bad.py",
        "paused.py",
        "slow.py",
    ]
    assert found[2].pause == stopped[0]


def test_a_paused_callback_that_never_ran_is_shown() -> None:
    stopped = [factories.pause(file="new.py")]
    found = queries.troubled(queries.last_day(), open_runs(), stopped)
    assert [each.file for each in found] == ["new.py"]


def test_the_latest_failures_leave_out_tests_and_what_is_settled() -> None:
    older = factories.run(state="failed")
    newer = factories.run(state="lost")
    factories.run(state="failed", test=True)
    factories.run(state="failed", settled="made-good", settled_by="9")
    factories.run(state="suppressed")
    assert queries.latest_failures() == [newer, older]


def test_events_with_a_remark_are_found() -> None:
    factories.event()
    remarked = factories.event(remark="attached to 1,204 jobs")
    long_ago = timezone.now() - timedelta(days=2)
    factories.event(remark="attached to 1,204 jobs", accepted_at=long_ago)
    assert queries.remarked_events() == [remarked]


def test_files_that_were_no_events_are_told_for_a_day() -> None:
    for name, age in (("old", 25), ("new", 23)):
        then = timezone.now() - timedelta(hours=age)
        SpoolProblem.objects.create(file=name, reason="empty", found_at=then)
    assert [each.file for each in queries.spool_problems()] == ["new"]


def test_events_that_wait_are_counted_up_to_a_bound() -> None:
    for _ in range(3):
        factories.event(planned_at=None)
    assert queries.waiting_events() == 3
    assert queries.waiting_events(most=2) == 2
