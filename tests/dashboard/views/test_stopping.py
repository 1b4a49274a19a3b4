"""Pausing, resuming, and cancelling what is queued."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.models import AuditEntry, PauseRecord, Run
from tests.dashboard import factories
from tests.dashboard.reading import Page, read
from tests.dashboard.sites import Site

MAIL = "?directory=callback&file=mail.py"


def test_a_callback_is_paused_with_a_reason_and_an_end(
    site: Site, operator: Client
) -> None:
    factories.run(directory=str(site.path), state="queued")
    address = f"/callbacks/pause/{MAIL}"
    said = read(operator, address).cards["What will happen"]
    assert "1 run that waits in the queue will not be run either." in said
    operator.post(address, {"reason": "mail is down", "lasts": "3600"})
    pause = PauseRecord.objects.get()
    assert (pause.directory, pause.file) == (str(site.path), "mail.py")
    assert pause.until is not None
    assert AuditEntry.objects.get(act="pause").subject == f"{site.path}/mail.py"
    (badge,) = read(operator, "/callbacks/").select(".badge[title*='mail is down']")
    assert badge.get_text() == "paused"


@pytest.mark.parametrize(
    ("query", "file"), [("", False), ("?directory=callback", True)]
)
def test_a_directory_and_everything_can_be_paused(
    site: Site, operator: Client, query: str, file: bool
) -> None:
    operator.post(f"/callbacks/pause/{query}", {"reason": "fire drill"})
    pause = PauseRecord.objects.get()
    assert (bool(pause.directory), pause.until) == (file, None)
    notices = read(operator, "/callbacks/callback/mail.py/").notices
    assert f"is paused by {pause.author} " in notices[1]
    assert ": fire drill What it would have run" in notices[1]


def test_a_pause_wants_a_reason(site: Site, operator: Client) -> None:
    answer = operator.post(f"/callbacks/pause/{MAIL}", {"reason": " "})
    assert Page(answer).errors == ["This field is required."]
    assert not PauseRecord.objects.exists()


def test_resuming_ends_it_once(site: Site, operator: Client) -> None:
    factories.pause(directory=str(site.path))
    for said in ("Resumed mail.py.", "The pause of mail.py had ended already."):
        page = Page(operator.post(f"/callbacks/resume/{MAIL}", follow=True))
        assert page.notices[0].startswith(said)
        assert "Pause…" in page.acts
        assert "Resume" not in page.acts
    assert AuditEntry.objects.filter(act="resume").count() == 1


def test_what_is_queued_is_counted_then_cancelled(site: Site, operator: Client) -> None:
    for _ in range(3):
        factories.run(directory=str(site.path), state="queued")
    other = factories.run(directory=str(site.path), state="queued", file="report.pl")
    address = f"/callbacks/cancel/{MAIL}"
    page = read(operator, address)
    assert page.cards["What will happen"].startswith("What will happen 3 runs that")
    assert "Cancel 3 runs" in page.acts
    operator.post(address, {"reason": "wrong mails"})
    assert Run.objects.filter(state="cancelled").count() == 3
    other.refresh_from_db()
    assert other.state == "queued"
    assert AuditEntry.objects.get(act="cancel").details["runs"] == 3


@pytest.mark.parametrize("back", ["https://evil.example/", "nowhere", "0"])
def test_coming_back_never_leads_elsewhere(
    site: Site, operator: Client, back: str
) -> None:
    sent = {"reason": "why", "next": back}
    answer = operator.post(f"/callbacks/pause/{MAIL}", sent)
    assert answer.headers["Location"] == "/callbacks/callback/mail.py/"


def test_a_viewer_stops_nothing(site: Site, viewer: Client) -> None:
    for name in ("pause", "resume", "cancel"):
        assert viewer.post(f"/callbacks/{name}/{MAIL}").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "?directory=9",
        "?directory=callback&file=%00",
        "?directory=callback&file=..",
        "?directory=x",
    ],
)
def test_what_cannot_be_is_not_found(site: Site, operator: Client, query: str) -> None:
    for name in ("pause", "cancel"):
        assert operator.get(f"/callbacks/{name}/{query}").status_code == 404
    assert operator.get("/callbacks/cancel/").status_code == 404


def until(operator: Client, **sent: str) -> datetime | None:
    """Pause mail.py so; gives its end."""
    operator.post(f"/callbacks/pause/{MAIL}", {"reason": "why", **sent})
    return PauseRecord.objects.get().until


def test_a_pause_of_two_hours_is_offered(site: Site, operator: Client) -> None:
    offered = read(operator, f"/callbacks/pause/{MAIL}").select("option[value='7200']")
    assert [each.get_text() for each in offered] == ["for 2 hours"]
    end = until(operator, lasts="7200")
    assert end is not None
    assert timedelta(minutes=119) < end - timezone.now() <= timedelta(hours=2)


def test_a_pause_may_end_at_any_moment_of_the_viewer_s_zone(
    site: Site, operator: Client
) -> None:
    operator.cookies["zone"] = "Asia/Tokyo"
    end = until(operator, lasts="end", end="2031-03-04T05:06")
    assert end == datetime(2031, 3, 3, 20, 6, tzinfo=UTC)
    told = read(operator, "/callbacks/callback/mail.py/").select("main time")
    assert "4 Mar 2031, 05:06" in [each.get_text() for each in told]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"lasts": "end"}, "Say until when."),
        ({"lasts": "end", "end": "2020-01-01T00:00"}, "in the future"),
        ({"lasts": "end", "end": "9999-12-31T23:59"}, "within ten years"),
        ({"lasts": "end", "end": "soon"}, "Enter a valid date"),
        ({"lasts": "3600", "end": "2031-01-01T00:00"}, "or clear it"),
        ({"lasts": "7"}, "valid choice"),
    ],
)
def test_an_end_that_cannot_be_is_said(
    site: Site, operator: Client, sent: dict[str, str], said: str
) -> None:
    answer = operator.post(f"/callbacks/pause/{MAIL}", {"reason": "why", **sent})
    (error,) = Page(answer).errors
    assert said in error
    assert not PauseRecord.objects.exists()


def test_a_pause_of_everything_says_how_much_that_is(
    site: Site, operator: Client
) -> None:
    site.observe()
    factories.run(state="queued")
    page = read(operator, "/callbacks/pause/")
    told = page.cards["What will happen"]
    assert "It stops 2 callbacks in 1 directory" in told
    assert "1 run that waits" in told
    assert page.acts[0] == "Pause 2 callbacks"
    sent = {"reason": "moving", "lasts": "end", "end": "2031-03-04T05:06"}
    page = Page(operator.post("/callbacks/pause/", sent, follow=True))
    said = "Paused every callback (2 callbacks), until 4 Mar 2031, 05:06."
    assert said in page.notices


def test_a_pause_is_told_to_the_minute(site: Site, viewer: Client) -> None:
    end = timezone.now() + timedelta(days=3)
    factories.pause(directory=str(site.path), until=end)
    factories.pause(directory="", file="", until=end)
    for address in ("/", "/callbacks/", "/callbacks/callback/mail.py/"):
        said = " ".join(read(viewer, address).notices)
        assert re.search(r"until \d+ \w+ \d{4}, \d\d:\d\d\b(?!:\d)", said), address
