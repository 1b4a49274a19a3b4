"""Times in the zone of whoever looks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.store.people.preferences import choose_zone
from tests.dashboard import factories
from tests.dashboard.conftest import BACKEND
from tests.dashboard.sites import Site

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
    assert f"Times are in {zone}." in page
    assert shown in page


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "x" * 5000])
def test_a_zone_that_there_is_not_counts_as_none(
    viewer: Client, zone: str, settings: object
) -> None:
    viewer.cookies["zone"] = zone
    assert "Times are in UTC." in viewer.get("/runs/").content.decode()


@pytest.mark.parametrize(
    "address",
    ["/", "/callbacks/callback/mail.py/", "/triggers/one/?text=failed-job-self"],
)
def test_every_chart_says_the_zone(viewer: Client, site: Site, address: str) -> None:
    viewer.cookies["zone"] = "Asia/Tokyo"
    factories.roll_up(directory=str(site.path))
    page = viewer.get(address).content.decode()
    assert "by the hour in which they ended, Asia/Tokyo" in page


def choose(browser: Client, zone: str) -> str:
    """Choose a time zone as a person does; gives the page."""
    sent = {"zone": zone, "next": "/runs/"}
    return browser.post("/times/", sent, follow=True).content.decode()


def test_a_zone_that_a_person_chose_counts_in_all_of_their_browsers(
    viewer: Client,
) -> None:
    viewer.cookies["zone"] = "America/New_York"
    page = choose(viewer, "Asia/Tokyo")
    assert "All times are those of Asia/Tokyo" in page
    assert "Times are in Asia/Tokyo." in page
    elsewhere = Client()
    elsewhere.force_login(User.objects.get(), BACKEND)
    assert "Times are in Asia/Tokyo." in elsewhere.get("/").content.decode()
    assert (
        '<option value="Asia/Tokyo" selected>'
        in elsewhere.get("/times/").content.decode()
    )


def test_a_zone_that_one_person_chose_is_nobody_elses(
    viewer: Client, operator: Client
) -> None:
    choose(viewer, "Asia/Tokyo")
    operator.cookies["zone"] = "America/New_York"
    page = operator.get("/").content.decode()
    assert "Times are in America/New_York." in page


def test_the_browsers_zone_counts_again_when_a_person_wants_so(viewer: Client) -> None:
    viewer.cookies["zone"] = "America/New_York"
    choose(viewer, "Asia/Tokyo")
    assert "The browser&#x27;s time zone (America/New_York)" in choose(
        viewer, "Mars/Olympus"
    )
    assert "Times are in America/New_York." in choose(viewer, "")


def test_a_chosen_zone_that_is_known_no_longer_counts_as_none(viewer: Client) -> None:
    choose_zone(User.objects.get().pk, "Mars/Olympus")
    viewer.cookies["zone"] = "America/New_York"
    page = viewer.get("/runs/").content.decode()
    assert "Times are in America/New_York." in page


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/"])
def test_choosing_a_zone_leads_to_no_other_site(viewer: Client, address: str) -> None:
    answer = viewer.post("/times/", {"zone": "UTC", "next": address})
    assert answer.headers["Location"] == "/"
