"""The page that says why, with little, with very much and with a pruned history, looked at."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from dashboard.models import EventRecord, JobRecord
from dashboard.store.configuration import pauses
from tests.browser.conftest import Look, Visit
from tests.dashboard.factories import JO
from tests.dashboard.store.past.farm import CONFIG, Farm
from tests.dashboard.store.site import Site

LONG = "y" * 240


@pytest.fixture
def farm(transactional_db: None, tmp_path: Path, settings: Any) -> Farm:
    """Job 7 is submitted; a dispatcher plans what happens."""
    (tmp_path / "farm").mkdir()
    return Farm(Site(tmp_path / "farm", settings), tmp_path / "farm")


def test_the_page_is_usable_by_everybody(look: Look, farm: Farm) -> None:
    look("why-empty", "/why/")
    farm.pause("own.py")
    for _ in range(3):
        farm.happen("failed-job")
    event = farm.happen("failed-job")
    look("why-event", f"/why/?event={event}")
    look("why-paused", f"/why/?event={event}&callback=own.py")
    look("why-unknown", "/why/?event=nothing")
    look("why-callback", "/why/?callback=own.py")
    look("job-why", "/jobs/7/?open=5")


def test_a_trigger_of_many_parts_is_usable_by_everybody(look: Look, farm: Farm) -> None:
    farm.enable("python")
    trigger = (
        "(failed-job-self || killed-job-parent) && complete-work-self-* || done-job-7"
    )
    farm.site.write(f"{CONFIG}many.pl = {trigger}\n")
    farm.happen("submit-job", pgrp=7)
    farm.happen("failed-job")
    event = farm.happen("running-work-8")
    farm.site.write(f"{CONFIG}many.pl = running-work-self-*\n")
    look("why-tree", f"/why/?event={event}&callback=many.pl")


def test_very_much_is_usable_by_everybody(look: Look, farm: Farm) -> None:
    more = "".join(
        f"{LONG[:number]}.py = failed-job-self\n" for number in range(1, 120)
    )
    farm.site.write(CONFIG + more)
    farm.happen("submit-job", pgrp=7)
    event = farm.happen("failed-job")
    look("why-much", f"/why/?event={event}")
    look("why-long", f"/why/?event={event}&callback={LONG[:119]}.py")


def test_a_pruned_history_is_usable_by_everybody(look: Look, farm: Farm) -> None:
    farm.happen("running-job")
    EventRecord.objects.filter(name="submit").delete()
    JobRecord.objects.filter(pk=7).update(since=1)
    event = farm.happen("failed-job")
    look("why-pruned", f"/why/?event={event}&callback=item.py")


def test_it_is_asked_and_answered_by_keyboard(visit: Visit, farm: Farm) -> None:
    pauses.pause(None, None, "mail storm", None, JO)
    event = farm.happen("failed-job")
    page = visit("/why/")
    page.get_by_label("Event", exact=True).fill(event)
    page.get_by_label("Callback", exact=True).fill("own.py")
    page.keyboard.press("Enter")
    expect(page.locator(".why-sentence")).to_contain_text("own.py did not run")
    expect(page).to_have_url(re.compile("callback=own.py"))
    page.get_by_role("button", name="Run this one").press("Enter")
    expect(page.get_by_text("It will be kept back:")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("It will be kept back:")).to_be_hidden()
    page.go_back()
    expect(page.get_by_text("What to ask")).to_be_visible()


def test_without_scripts_it_answers_as_well(visit: Visit, farm: Farm) -> None:
    event = farm.happen("failed-job")
    page = visit("/why/", scripts=False)
    page.get_by_label("Event", exact=True).fill(event)
    page.get_by_role("button", name="Why?").click()
    expect(page.get_by_role("link", name="item.py")).to_be_visible()
