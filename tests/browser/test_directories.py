"""Two callback directories in the pages, and a page that was open over the upgrade."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect
from pytest_django import Settings

from dashboard.project.environment import Environment
from tests.browser.conftest import Look, Visit
from tests.browser.test_configuration import conf, write


@pytest.fixture
def two(data: Path, settings: Settings) -> Path:
    """A second directory, whose last folder is the same."""
    other = data / "other" / "callback"
    other.mkdir(parents=True)
    (other / "callbacks.conf").write_text("report.py = done-job-self\n")
    (other / "report.py").write_text("print('report')\n")
    given = {"QUBECB_CALLBACK_PATH": f"{data / 'callback'},{other}"}
    settings.ENVIRONMENT = Environment(given)
    return other


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("two-directories", "/callbacks/?directory=callback-2"),
        ("two-directories-settings", "/settings/"),
        ("no-such-directory", "/configuration/nobody/"),
    ],
)
def test_directories_and_their_names_pass(
    look: Look, two: Path, name: str, path: str
) -> None:
    look(name, path)


def test_a_filter_stays_in_the_directory(visit: Visit, two: Path) -> None:
    page = visit("/callbacks/")
    page.get_by_role("link", name="other/callback").click()
    page.get_by_label("File name or trigger").press_sequentially("done")
    expect(page.locator("#callbacks")).to_contain_text("report.py")
    expect(page).to_have_url(re.compile("directory=callback-2&text=done"))
    page.get_by_role("link", name="report.py").first.click()
    page.wait_for_url("**/callbacks/callback-2/report.py/")


def test_a_page_that_was_open_over_the_upgrade_is_edited_and_saved(
    visit: Visit, data: Path
) -> None:
    def as_before(route: Route) -> None:
        answer = route.fetch()
        page = answer.text().replace("/configuration/callback/", "/configuration/0/")
        route.fulfill(response=answer, body=page)

    (data / "callback" / "new.py").write_text("print('new')\n")
    page = visit("/", "editor")
    page.route("**/configuration/callback/", as_before)
    page.goto("/configuration/callback/")
    assert "/configuration/0/" in page.content()
    write(page, "new.py = done-job-self")
    expect(page.locator("#side")).to_contain_text("new.py")
    page.get_by_role("button", name="Review and save").click()
    page.wait_for_url("**/configuration/callback/review/")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as revision")).to_be_visible()
    assert "new.py = done-job-self" in conf(data).read_text()
