"""Steps of an edit that follow each other faster than they are answered."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.holding import Held
from tests.browser.test_configuration import conf, write

BUSY = "The step before it was still on its way"


@pytest.fixture
def page(visit: Visit) -> Page:
    """The editor with a new mapping of two events."""
    page = visit("/configuration/callback/", "editor")
    page.get_by_role("button", name="Add mapping").click()
    choose(page, "failed")
    page.get_by_role("button", name="Use as the trigger").click()
    expect(trigger(page)).to_have_value("failed-job-self")
    add(page, "killed", "&&")
    expect(trigger(page)).to_have_value("failed-job-self && killed-job-self")
    return page


def trigger(page: Page) -> Locator:
    return page.get_by_label("Trigger", exact=True)


def choose(page: Page, event: str) -> None:
    page.get_by_label("Event", exact=True).select_option(event)


def add(page: Page, event: str, join: str) -> None:
    choose(page, event)
    page.get_by_label("Add it").select_option(join)
    page.get_by_role("button", name="Add it to the trigger").click()


def removal(page: Page, event: str) -> Locator:
    return page.get_by_role("button", name=f"Remove {event}-job-self")


def test_a_step_that_comes_while_another_is_on_its_way_is_told_about(
    page: Page,
) -> None:
    held = Held(page, "/edit/")
    add(page, "blocked", "||")
    held.wait()
    add(page, "removed", "&&")
    expect(page.get_by_text(BUSY)).to_be_visible()
    held.end()
    both = "(failed-job-self && killed-job-self) || blocked-job-self"
    expect(trigger(page)).to_have_value(both)
    expect(page.get_by_label("Event", exact=True)).to_have_value("removed")
    expect(page.get_by_label("Add it")).to_have_value("&&")
    page.get_by_role("button", name="Add it to the trigger").click()
    expect(trigger(page)).to_have_value(f"({both}) && removed-job-self")


def test_a_double_click_is_one_step(page: Page) -> None:
    held = Held(page, "/edit/")
    choose(page, "blocked")
    page.get_by_label("Add it").select_option("||")
    page.get_by_role("button", name="Add it to the trigger").dblclick()
    held.wait()
    held.end()
    expect(removal(page, "blocked")).to_have_count(1)
    expect(page.get_by_text(BUSY)).to_have_count(0)


def test_no_review_leaves_out_a_step_that_is_on_its_way(
    visit: Visit, data: Path
) -> None:
    page = visit("/configuration/callback/", "editor")
    page.get_by_role("button", name="Edit the mapping of mail.py").click()
    held = Held(page, "/edit/")
    page.get_by_role("button", name="Remove mapping").click()
    held.wait()
    review = page.get_by_role("button", name="Review and save")
    review.click()
    expect(page.get_by_text(BUSY)).to_be_visible()
    held.end()
    expect(page.locator("#mapping")).to_have_count(0)
    review.click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as revision")).to_be_visible()
    assert conf(data).read_text() == ""


def test_the_parts_of_a_trigger_are_never_those_of_an_earlier_one(page: Page) -> None:
    held = Held(page, "/meaning/")
    trigger(page).fill("done-job-self")
    held.wait()
    add(page, "blocked", "||")
    expect(trigger(page)).to_have_value("done-job-self || blocked-job-self")
    held.let_go()
    expect(removal(page, "blocked")).to_have_count(1)
    expect(page.locator("#meaning")).to_contain_text("blocked")


def test_a_check_looks_again_at_a_trigger_that_was_typed_meanwhile(page: Page) -> None:
    held = Held(page, "/edit/")
    write(page, "# mine")
    held.wait()
    trigger(page).fill("done-job-self || removed-job-self")
    expect(removal(page, "removed")).to_have_count(1)
    held.let_go()
    held.end()
    expect(removal(page, "killed")).to_have_count(0)
    expect(removal(page, "removed")).to_have_count(1)


def test_what_a_step_says_stays_after_the_check_that_typing_would_have_asked_for(
    visit: Visit,
) -> None:
    page = visit("/configuration/callback/", "editor")
    checks = list[str]()
    page.on("request", lambda each: checks.append(unquote(each.post_data or "")))
    page.evaluate(
        "document.addEventListener('htmx:trigger', ({ target }) =>"
        " target.id === 'text' && document.body.setAttribute('data-asked', ''))"
    )
    write(page, "# mine")
    page.get_by_role("button", name="Undo all").click()
    expect(page.locator("#side")).to_contain_text("The text is as it was read")
    page.wait_for_selector("body[data-asked]")
    looks = [each for each in checks if "do=look" in each]
    assert [each for each in looks if "mine" not in each] == []
    expect(page.locator("#side")).to_contain_text("The text is as it was read")
