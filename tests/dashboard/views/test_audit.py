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

from dashboard.looks.words import ACTS
from dashboard.models import Run
from dashboard.store import audit, configuration, pauses
from dashboard.store.dismissing import dismiss
from dashboard.store.replaying import replay
from tests.dashboard import factories
from tests.dashboard.conftest import browser_of
from tests.dashboard.factories import JO
from tests.dashboard.sites import Site

PAGE = reverse("settings-audit")
RECORDED = re.compile(
    r"(?:record\(\s*by,|_carry_out\(edit, by,|_dismiss\()\s*\"([a-z -]+)\""
)


def told() -> list[str]:
    """What stands in each row, without markup, newest first."""
    page = browser_of("administrator").get(PAGE).content.decode()
    rows = re.findall(r"<tr>(.*?)</tr>", page.split("<tbody>")[1], re.DOTALL)
    cells = [re.sub(r"</t[dh]>", " ", row) for row in rows]
    return [" ".join(re.sub(r"<[^>]+>", "", row).split()) for row in cells]


def page() -> str:
    return browser_of("administrator").get(PAGE).content.decode()


def test_every_act_that_is_recorded_has_words() -> None:
    code = Path(audit.__file__).parent.glob("*.py")
    recorded = {act for file in code for act in RECORDED.findall(file.read_text())}
    assert len(recorded) > 12
    assert recorded <= ACTS.keys()


def test_a_pause_says_until_when_in_words(site: Site) -> None:
    soon = timezone.now() + timedelta(minutes=1)
    pauses.pause(str(site.path), "mail.py", "the server is down", soon.timestamp(), JO)
    pauses.pause(None, None, "moving", None, JO)
    everything, one = told()
    assert "until somebody resumes it" in everything
    assert "“moving”" in everything
    assert re.search(r"until (\d+ \w+ \d{4}, )?\d\d:\d\d; “the server is down”", one)
    assert f"{soon.timestamp()}" not in page()
    assert "None" not in "".join(told())
    assert 'href="/callbacks/callback/mail.py/"' in page()


def test_runs_are_counted_and_lead_to_their_pages(db: None) -> None:
    run = factories.run(state="failed")
    replay([run.pk], JO)
    Run.objects.filter(replay_of=run.pk).update(state="succeeded")
    dismiss([factories.run(state="failed").pk], JO, "known")
    dismissed, replayed = told()
    assert "dismissed run" in dismissed
    assert "1 run; “known”" in dismissed
    assert "replayed run" in replayed
    assert f'href="{reverse("run", args=[run.pk])}"' in page()


def test_a_save_leads_to_its_revision_by_number(site: Site) -> None:
    factories.revision([], "/elsewhere")
    first = site.observe()
    saved = configuration.save(site.path, b"", first.sha256, JO, "")
    configuration.roll_back(first, JO, "that was wrong")
    back, save = told()
    assert "revision 2" in save
    assert "revision 3; mail.py added" in back
    assert "; back to revision 1; “that was wrong”" in back
    href = reverse("revision", args=["callback", saved.pk])
    assert f'href="{href}"' in page()
    assert f'href="{reverse("configuration", args=["callback"])}"' in page()


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"until": None, "reason": ""}, "until somebody resumes it"),
        ({"expires": "never", "right": "intake"}, "never expires; right intake"),
        ({"times": 3}, "3 times"),
        ({"revision": 99_999}, "revision that is gone"),
        ({"odd": "thing", "nothing": None}, "odd: thing"),
        ({"rung": "simulate", "runs": 1}, "simulated; 1 run"),
        ({"reason": "<b>x</b>"}, "“&lt;b&gt;x&lt;/b&gt;”"),
    ],
)
def test_details_are_words(db: None, details: dict[str, Any], said: str) -> None:
    audit.record(JO, "act-of-old", "something", **details)
    assert told()[0].endswith(said)
    assert "act of old" in told()[0]


def test_an_end_in_the_past_or_the_future_has_its_day(db: None) -> None:
    end = datetime(2031, 3, 4, 5, 6, tzinfo=UTC).timestamp()
    audit.record(JO, "pause", "everything", until=end)
    assert "4 Mar 2031, " in told()[0]


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
