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


def by_file(row: RollUp) -> str:
    return row.file


def test_hours_are_kept_apart_and_added_up() -> None:
    factories.roll_up(0, succeeded=3, failed=1)
    factories.roll_up(2, succeeded=2)
    history = hours(4).read(RollUp.objects.all(), by_file)["mail.py"]
    assert history.spark == [(0, 0), (2, 0), (0, 0), (4, 1)]
    assert (history.all.total, history.all.bad) == (6, 1)


def test_what_is_older_than_the_window_is_left_out() -> None:
    factories.roll_up(30)
    assert hours(24).read(RollUp.objects.all(), by_file) == {}


def test_days_hold_all_their_hours() -> None:
    for hour in range(3):
        factories.roll_up(24 + hour, succeeded=1)
    history = days(5).read(RollUp.objects.all(), by_file)["mail.py"]
    assert history.all.total == sum(count for count, _ in history.spark) == 3
    assert len(history.periods) == 5


def test_only_what_was_started_counts_for_the_share_of_success() -> None:
    tally = Tally()
    tally.add(factories.roll_up(succeeded=3, failed=1, suppressed=90, cancelled=6))
    assert tally.success == 0.75
    assert Tally().success is None


def test_percentiles_come_from_the_buckets_of_all_rows() -> None:
    tally = Tally()
    for hour, at in enumerate((0, 0, 5)):
        counts = [0] * (len(BUCKETS) + 1)
        counts[at] = 10
        tally.add(factories.roll_up(hour, durations=counts))
    assert (tally.p50, tally.p95) == (BUCKETS[0], BUCKETS[5])


@pytest.mark.parametrize("rows", [1, 3])
def test_any_number_of_callbacks_is_one_query(rows: int) -> None:
    given: list[Any] = [factories.roll_up(file=f"{at}.py") for at in range(rows)]
    with CaptureQueriesContext(connection) as captured:
        found = hours().read(RollUp.objects.all(), by_file)
    assert (len(found), len(captured)) == (len(given), 1)
