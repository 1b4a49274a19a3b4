"""Roll-ups are added up by callback or trigger, in hours or days."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import RollUp
from dashboard.models.statistics import BUCKETS
from dashboard.queries.tallies import Tally, days, hours
from tests.dashboard import factories

pytestmark = pytest.mark.django_db


def test_hours_are_kept_apart_and_added_up() -> None:
    factories.roll_up(0, succeeded=3, failed=1)
    factories.roll_up(2, succeeded=2)
    history = hours(4).read(RollUp.objects.all(), "file")["mail.py",]
    assert history.spark == [(0, 0), (2, 0), (0, 0), (4, 1)]
    assert (history.all.total, history.all.bad) == (6, 1)


def test_what_is_older_than_the_window_is_left_out() -> None:
    factories.roll_up(30)
    assert hours(24).read(RollUp.objects.all(), "file") == {}


def test_days_hold_all_their_hours() -> None:
    for hour in range(3):
        factories.roll_up(24 + hour, succeeded=1)
    history = days(5).read(RollUp.objects.all(), "file")["mail.py",]
    assert history.all.total == sum(count for count, _ in history.spark) == 3
    assert len(history.periods) == 5


def everything() -> Tally:
    """All that is rolled up of the last 24 hours."""
    return hours().totals(RollUp.objects.all(), "file")["mail.py",]


def test_only_what_was_started_counts_for_the_share_of_success() -> None:
    factories.roll_up(succeeded=3, failed=1, suppressed=90, cancelled=6)
    assert everything().success == 0.75
    assert Tally().success is None


def test_percentiles_come_from_the_buckets_of_all_rows() -> None:
    for hour, at in enumerate((0, 0, 5)):
        counts = [0] * (len(BUCKETS) + 1)
        counts[at] = 10
        factories.roll_up(hour, durations=counts)
    tally = everything()
    assert (tally.p50, tally.p95) == (BUCKETS[0], BUCKETS[5])
    assert tally.durations[0] == 20


def test_a_roll_up_without_a_histogram_counts_as_nothing() -> None:
    factories.roll_up(succeeded=3, durations=[])
    assert sum(everything().durations) == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_any_number_of_callbacks_is_one_query(rows: int) -> None:
    given: list[Any] = [factories.roll_up(file=f"{at}.py") for at in range(rows)]
    with CaptureQueriesContext(connection) as captured:
        found = hours().read(RollUp.objects.all(), "file")
    assert (len(found), len(captured)) == (len(given), 1)


def test_the_database_adds_up_and_no_row_of_an_hour_is_read() -> None:
    for hour in range(20):
        factories.roll_up(hour, file="a.py")
        factories.roll_up(hour, file="a.py", trigger="done-job-self")
    given = RollUp.objects.all()
    with CaptureQueriesContext(connection) as captured:
        by_day = days(2).read(given, "file")["a.py",]
        total = hours().totals(given, "file")["a.py",]
    for asked, most in zip(captured.captured_queries, (2, 1), strict=True):
        with connection.cursor() as cursor:
            cursor.execute(asked["sql"])
            assert len(cursor.fetchall()) <= most
    assert by_day.all.total == total.total == 40
