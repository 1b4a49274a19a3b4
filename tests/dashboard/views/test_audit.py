"""The audit page tells acts in words, and leads to what they were done to."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard import store
from dashboard.looks.words import ACTS
from dashboard.models import Run
from dashboard.store.acts.dismissing import dismiss
from dashboard.store.acts.replaying import replay
from dashboard.store.configuration import editing as configuration
from dashboard.store.configuration import pauses
from dashboard.store.people import audit
from tests.dashboard import factories
from tests.dashboard.conftest import browser_of
from tests.dashboard.factories import JO
from tests.dashboard.reading import Page, read
from tests.dashboard.sites import Site

PAGE = reverse("settings-audit")
RECORDED = re.compile(
    r"(?:record\(\s*by,|_carry_out\(edit, by,|_dismiss\()\s*\"([a-z -]+)\""
)


def page() -> Page:
    """The page, the newest act first."""
    return read(browser_of("administrator"), PAGE)


def test_every_act_that_is_recorded_has_words() -> None:
    code = Path(store.__file__).parent.rglob("*.py")
    recorded = {act for file in code for act in RECORDED.findall(file.read_text())}
    assert len(recorded) > 12
    assert recorded <= ACTS.keys()


def test_a_pause_says_until_when_in_words(site: Site) -> None:
    soon = timezone.now() + timedelta(minutes=1)
    pauses.pause(str(site.path), "mail.py", "the server is down", soon.timestamp(), JO)
    pauses.pause(None, None, "moving", None, JO)
    told = page()
    everything, one = told.column("Details")
    assert everything == "until somebody resumes it; “moving”"
    assert re.fullmatch(r"until (\d+ \w+ \d{4}, )?\d\d:\d\d; “the server is down”", one)
    mail = f"{site.path}/mail.py"
    assert told.column("What") == ["everything", mail]
    assert told.links[mail] == "/callbacks/callback/mail.py/"


def test_runs_are_counted_and_lead_to_their_pages(db: None) -> None:
    run = factories.run(state="failed")
    replay([run.pk], JO)
    Run.objects.filter(replay_of=run.pk).update(state="succeeded")
    dismiss([factories.run(state="failed").pk], JO, "known")
    told = page()
    assert told.column("Act") == ["dismissed", "replayed"]
    assert told.column("Details") == ["1 run; “known”", "1 run"]
    assert told.column("What")[1] == f"run {run.pk}"
    assert reverse("run", args=[run.pk]) in told.links.values()


def test_a_save_leads_to_its_revision_by_number(site: Site) -> None:
    factories.revision([], "/elsewhere")
    first = site.observe()
    saved = configuration.save(site.path, b"", first.sha256, JO, "")
    configuration.roll_back(first, JO, "that was wrong")
    told = page()
    back, save = told.column("Details")
    assert save == "revision 2; mail.py removed; report.pl removed"
    assert back.startswith("revision 3; mail.py added")
    assert back.endswith("; back to revision 1; “that was wrong”")
    assert told.links["2"] == reverse("revision", args=["callback", saved.pk])
    assert told.links[str(site.config)] == reverse("configuration", args=["callback"])


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"until": None, "reason": ""}, "until somebody resumes it"),
        ({"expires": "never", "right": "intake"}, "never expires; right intake"),
        ({"times": 3}, "3 times"),
        ({"revision": 99_999}, "revision that is gone"),
        ({"odd": "thing", "nothing": None}, "odd: thing"),
        ({"rung": "simulate", "runs": 1}, "simulated; 1 run"),
        ({"reason": "<b>x</b>"}, "“<b>x</b>”"),
    ],
)
def test_details_are_words(db: None, details: dict[str, Any], said: str) -> None:
    audit.record(JO, "act-of-old", "something", **details)
    (row,) = page().rows
    assert (row["Act"], row["What"]) == ("act of old", "something")
    assert row["Details"] == said


def test_an_end_in_the_past_or_the_future_has_its_day(db: None) -> None:
    end = datetime(2031, 3, 4, 5, 6, tzinfo=UTC).timestamp()
    audit.record(JO, "pause", "everything", until=end)
    (said,) = page().column("Details")
    assert re.fullmatch(r"until 4 Mar 2031, \d\d:\d\d", said)


def test_more_entries_need_no_more_queries(
    site: Site, django_assert_num_queries: Any
) -> None:
    browser: Client = browser_of("administrator")
    first = site.observe()
    configuration.save(site.path, b"", first.sha256, JO, "")
    browser.get(PAGE)
    counts = []
    for _ in range(2):
        with django_assert_num_queries(200, exact=False) as captured:
            browser.get(PAGE)
        counts.append(len(captured))
        configuration.roll_back(first, JO, "")
        audit.record(JO, "replay", "run 1, run 2")
    assert counts[0] == counts[1]
