"""The backtest in the review of an edit: followed while somebody reads and types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from dashboard.service import answering
from dashboard.store.past import questions
from tests.browser.conftest import Visit, check_widths
from tests.browser.test_configuration import write
from tests.dashboard.store.past.farm import Farm
from tests.dashboard.store.site import Site


@pytest.fixture
def farm(transactional_db: None, tmp_path: Path, settings: Any) -> Farm:
    """Job 7 is submitted; a dispatcher plans what happens."""
    (tmp_path / "farm").mkdir()
    return Farm(Site(tmp_path / "farm", settings), tmp_path / "farm")


def test_its_result_comes_and_takes_nothing_away(visit: Visit, farm: Farm) -> None:
    farm.happen("failed-job")
    page = visit("/configuration/callback/", "editor")
    write(page, "\nnew.py = failed-job-self")
    page.get_by_role("button", name="Review and save").click()
    page.wait_for_url("**/configuration/callback/review/")
    part = page.locator("#backtest")
    expect(part).to_contain_text("The past is being read")
    thirty = part.get_by_role("button", name="30 days")
    thirty.focus()
    claimed = questions.claim()
    assert claimed is not None
    answering.answer(claimed)
    expect(part).to_contain_text("1 gained")
    expect(thirty).to_be_focused()
    expect(part.get_by_role("progressbar")).to_have_count(0)
    expect(part).not_to_have_attribute("data-poll", "")
    check_widths(page, "review-backtest")
