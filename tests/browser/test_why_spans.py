"""Why over a span: asked by keyboard, followed, cancelled, and looked at."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dashboard.models import WhyRecord
from dashboard.service import answering
from dashboard.store.past import questions, why_questions
from qubecb.dispatch.ports.configuration import MappingKey
from tests.browser.conftest import Look, Visit
from tests.dashboard.store.past.farm import CONFIG, Farm
from tests.dashboard.store.site import Site

LONG = "y" * 240


@pytest.fixture
def farm(transactional_db: None, tmp_path: Path, settings: Any) -> Farm:
    """Job 7 is submitted; a dispatcher plans what happens."""
    (tmp_path / "farm").mkdir()
    return Farm(Site(tmp_path / "farm", settings), tmp_path / "farm")


def answer() -> None:
    claimed = questions.claim()
    assert claimed is not None
    answering.answer(claimed)


def asked(key: MappingKey) -> WhyRecord:
    """Ask about the last day, as somebody else."""
    now = timezone.now()
    return why_questions.ask(
        why_questions.Asked(key, now - timedelta(days=1), now), "ana"
    )


def test_the_page_is_usable_by_everybody(look: Look, farm: Farm) -> None:
    for job in (7, 8, 9):
        farm.happen("failed-job", job=job)
    farm.run()
    farm.pause("own.py")
    farm.happen("failed-job")
    record = asked(farm.site.key("own.py"))
    look("why-span-waits", f"/why/spans/{record.pk}/")
    answer()
    look("why-span", f"/why/spans/{record.pk}/")
    look("why-span-events", f"/why/spans/{record.pk}/of-kind/")
    look("why-span-runs", f"/runs/?why={record.pk}.started")


def test_long_names_are_usable_by_everybody(look: Look, farm: Farm) -> None:
    farm.site.write(f"{LONG}.py = failed-work-self-{LONG}\n{CONFIG}")
    farm.happen("submit-job", job=9)
    farm.happen("failed-work-8", job=9)
    record = asked(farm.site.key(f"{LONG}.py"))
    answer()
    look("why-span-long", f"/why/spans/{record.pk}/")


def test_it_is_asked_by_keyboard_and_followed_to_its_answer(
    visit: Visit, farm: Farm
) -> None:
    farm.pause("own.py")
    farm.happen("failed-job")
    page = visit("/why/?callback=own.py")
    page.get_by_label("Since").fill("1d")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The past is being read")).to_be_visible()
    page.get_by_label("Until").focus()
    page.get_by_label("Until").fill("typed meanwhile")
    answer()
    expect(page.locator(".why-sentence")).to_contain_text("own.py did not run between")
    expect(page.get_by_label("Until")).to_be_focused()
    expect(page.get_by_label("Until")).to_have_value("typed meanwhile")
    page.get_by_role("link", name="See the 1 that was kept back").press("Enter")
    expect(page).to_have_url(re.compile(r"/runs/\?why=\d+\.kept-back"))
    expect(page.locator("tbody a.row-link")).to_have_count(1)


def test_it_is_cancelled(visit: Visit, farm: Farm) -> None:
    page = visit("/why/?callback=own.py")
    page.get_by_role("button", name="What became of its events?").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("There is no answer: it was cancelled.")).to_be_visible()
