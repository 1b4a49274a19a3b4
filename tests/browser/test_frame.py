"""What every page does: theme, keys, search, navigation, polling, lost connections."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.dashboard import factories


def test_the_theme_that_was_chosen_is_kept_without_a_flash(visit: Visit) -> None:
    page = visit("/runs/")
    button = page.locator("[data-theme-switch]")
    expect(button).to_have_text("Theme: system")
    button.click()
    button.click()
    expect(button).to_have_text("Theme: dark")
    page.goto("/events/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("[data-theme-switch]").click()
    page.reload()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


def test_a_slash_goes_to_the_search_and_escape_leaves_it(visit: Visit) -> None:
    page = visit("/runs/")
    page.keyboard.press("/")
    search = page.locator("[data-search]")
    expect(search).to_be_focused()
    expect(search).to_have_value("")
    page.keyboard.press("Escape")
    expect(search).not_to_be_focused()


def test_the_search_goes_straight_to_a_job(visit: Visit) -> None:
    factories.job(5042)
    page = visit("/runs/")
    page.keyboard.press("/")
    page.keyboard.type("5042")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/jobs/5042/$"))


def test_a_question_mark_lists_the_shortcuts_and_escape_closes_them(
    visit: Visit,
) -> None:
    page = visit("/runs/")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()


def test_g_and_a_letter_go_to_a_page(visit: Visit) -> None:
    page = visit("/runs/")
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(page).to_have_url(re.compile(r"/events/$"))


def test_rows_are_walked_along_by_keys_and_opened(visit: Visit) -> None:
    runs = [factories.run().pk for _ in range(2)]
    page = visit("/runs/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(f'a.row-link[href="/runs/{runs[0]}/"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/runs/{runs[0]}/$"))


def test_a_click_anywhere_in_a_row_opens_it(visit: Visit) -> None:
    run = factories.run()
    page = visit("/runs/")
    page.locator("tbody tr").first.click()
    expect(page).to_have_url(re.compile(rf"/runs/{run.pk}/$"))


def test_the_navigation_opens_and_closes_on_a_phone(visit: Visit) -> None:
    page = visit("/runs/", size={"width": 390, "height": 844})
    rail = page.locator("#navigation")
    expect(rail).to_be_hidden()
    page.locator(".menu-button").click()
    expect(rail).to_be_visible()
    page.keyboard.press("Escape")
    expect(rail).to_be_hidden()


def test_the_pulse_beats_by_itself(visit: Visit) -> None:
    factories.run(state="queued")
    page = visit("/search/")
    running = page.locator("#pulse a", has_text="running")
    expect(running).to_have_text(re.compile("0"))
    factories.run(state="running")
    expect(running).to_have_text(re.compile("1"))


def test_a_lost_connection_is_shown_and_goes_when_it_is_back(visit: Visit) -> None:
    page = visit("/search/")
    banner = page.locator("[data-offline]")
    expect(banner).to_be_hidden()
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(banner).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(banner).to_be_hidden()


def test_times_stay_true_while_the_page_is_open(visit: Visit) -> None:
    factories.heartbeat()
    factories.run()
    page = visit("/runs/")
    time = page.locator("tbody time").first
    page.evaluate(
        "document.querySelector('tbody time').dateTime ="
        " new Date(Date.now() - 185000).toISOString()"
    )
    expect(time).to_have_text("3 min ago")
