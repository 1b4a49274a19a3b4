"""A session that ends is told in the page; what was written there is kept, and goes on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from dashboard.models import Revision
from tests.browser.conftest import Visit, check_widths
from tests.browser.holding import swapped
from tests.browser.test_configuration import conf, write
from tests.browser.test_editing import PAGE, Asked, text, unsaved
from tests.dashboard import factories

WORDS = "correct horse battery"


def login(page: Page, person: User) -> None:
    page.get_by_label("Username").fill(person.username)
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Log in").click()


def test_a_session_that_ends_is_told_beside_the_text_and_logging_in_again_goes_on(
    visit: Visit, data: Path
) -> None:
    page = visit(PAGE, "editor")
    asked = Asked(page)
    person = User.objects.get()
    banner = page.get_by_text("You are logged out")
    write(page, "# mine")
    other = page.context.new_page()
    other.goto("/runs/")
    other.get_by_role("button", name="Log out").click()
    expect(other.get_by_role("heading", name="Log in")).to_be_visible()
    person.set_password(WORDS)
    person.save()
    swapped(page)
    expect(banner).to_be_visible()
    page.locator(".ace_content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(", still mine")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in in another tab").click()
    login(opened.value, person)
    expect(opened.value.get_by_text("Close this tab")).to_be_visible()
    swapped(page)
    expect(banner).to_be_hidden()
    page.get_by_role("button", name="Review and save").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as revision")).to_be_visible()
    assert conf(data).read_text().endswith("# mine, still mine")
    assert asked.kinds == []


def test_the_edit_outlives_a_login_in_the_same_tab(visit: Visit) -> None:
    page = visit(PAGE, "editor")
    page.on("dialog", lambda dialog: dialog.accept())
    user = User.objects.get()
    user.set_password(WORDS)
    user.save()
    write(page, "# mine")
    page.context.clear_cookies()
    page.get_by_role("button", name="Review and save").click()
    expect(page.get_by_role("heading", name="The form has expired")).to_be_visible()
    page.goto(PAGE)
    login(page, user)
    unsaved(page)
    assert text(page).endswith("# mine")


def test_a_form_of_any_page_goes_on_after_a_login_in_another_tab(visit: Visit) -> None:
    page = visit("/callbacks/pause/")
    person = factories.person("operator", password=WORDS)
    page.get_by_label("Why").fill("the disk is full")
    page.context.clear_cookies()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Send again")).to_be_visible()
    expect(page.get_by_label("Why")).to_have_value("the disk is full")
    other = page.context.new_page()
    other.goto("/login/")
    login(other, person)
    expect(other.locator("#pulse")).to_be_visible()
    page.get_by_role("button", name="Send again").click()
    expect(page.locator(".messages")).to_contain_text("Paused every callback")


def test_nothing_is_done_in_the_name_of_somebody_else_who_logged_in_in_another_tab(
    visit: Visit, data: Path
) -> None:
    page = visit(PAGE, "editor")
    other = factories.person("editor", "bo", password=WORDS)
    write(page, "# mine")
    tab = page.context.new_page()
    tab.goto("/callbacks/pause/")
    tab.get_by_role("button", name="Log out").click()
    login(tab, other)
    expect(tab.locator("#pulse")).to_be_visible()
    page.get_by_role("button", name="Review and save").click()
    banner = page.locator("[data-other-person]")
    expect(banner).to_contain_text("bo has logged in in another tab")
    expect(page).to_have_url(re.compile(f"{PAGE}$"))
    page.get_by_role("button", name="Go on as bo").click()
    expect(banner).to_be_hidden()
    page.get_by_role("button", name="Review and save").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as revision")).to_be_visible()
    assert Revision.objects.latest("id").author == "bo"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_banner_and_the_form_to_send_again_are_usable_by_everybody(
    visit: Visit, theme: str
) -> None:
    page = visit("/callbacks/pause/", theme=theme)
    page.get_by_label("Why").fill(
        "the disk is full, and nobody can say until when it is"
    )
    page.context.clear_cookies()
    page.evaluate("htmx.trigger(document.body, 'look')")
    expect(page.get_by_text("You are logged out")).to_be_visible()
    check_widths(page, f"banner-{theme}")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Send again")).to_be_visible()
    check_widths(page, f"send-again-{theme}")
