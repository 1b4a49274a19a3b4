"""Times in the zone of whoever looks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.dashboard import factories

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("Asia/Tokyo", "21:00:00"), ("America/New_York", "07:00:00"), ("UTC", "12:00:00")],
)
def test_times_are_those_of_the_browsers_zone_and_that_is_said(
    viewer: Client, zone: str, shown: str
) -> None:
    viewer.cookies["zone"] = zone
    run = factories.run(queued_at=NOON)
    page = viewer.get(f"/runs/{run.pk}/").content.decode()
    assert f"Times are those of {zone}." in page
    assert shown in page


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "x" * 5000])
def test_a_zone_that_there_is_not_counts_as_none(
    viewer: Client, zone: str, settings: object
) -> None:
    viewer.cookies["zone"] = zone
    assert "Times are those of UTC." in viewer.get("/runs/").content.decode()


def test_every_chart_says_the_zone(viewer: Client) -> None:
    viewer.cookies["zone"] = "Asia/Tokyo"
    page = viewer.get("/").content.decode()
    assert "by the hour in which they ended, Asia/Tokyo" in page
