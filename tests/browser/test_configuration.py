"""callbacks.conf in the editor: typing, forms, review, save, two people at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from dashboard.models import Revision
from tests.browser.conftest import Visit, check, check_widths

THEMES = ("light", "dark")


def conf(data: Path) -> Path:
    return data / "callback" / "callbacks.conf"


def write(page: Page, text: str) -> None:
    """Type at the end of the editor."""
    page.locator(".ace_content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def test_findings_come_while_typing(visit: Visit, data: Path) -> None:
    page = visit("/configuration/callback/", "editor")
    write(page, "new.py = done-jb-self")
    expect(page.locator("#side")).to_contain_text("is not a type")
    expect(page.locator(".ace_gutter-cell.ace_error")).to_have_count(1)
    expect(page.locator(".found.of-error")).not_to_have_count(0)
    expect(page.locator("#side")).to_contain_text("Not saved:")
    assert conf(data).read_text() == "mail.py = failed-job-self\n"
    page.on("dialog", lambda dialog: dialog.accept())


def test_a_trigger_is_built_and_put_into_the_text(visit: Visit, data: Path) -> None:
    (data / "callback" / "new.py").write_text("print('new')\n")
    page = visit("/configuration/callback/", "editor")
    page.get_by_role("button", name="Add mapping").click()
    page.get_by_label("Script").select_option("new.py")
    page.get_by_label("Event", exact=True).select_option("failed")
    page.get_by_label("Of", exact=True).select_option("work")
    page.get_by_role("button", name="Use as the trigger").click()
    trigger = page.get_by_label("Trigger", exact=True)
    expect(trigger).to_have_value("failed-work-self-*")
    trigger.fill("failed-work-self-7")
    expect(page.locator("#meaning")).to_contain_text(
        "when agenda item 7 of the job fails"
    )
    page.get_by_role("button", name="Add to the text").click()
    expect(page.locator(".ace_content")).to_contain_text("new.py = failed-work-self-7")
    page.get_by_role("button", name="Review and save").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as revision")).to_be_visible()
    assert conf(data).read_text().endswith("new.py = failed-work-self-7\n")


def test_a_trigger_of_two_groups_is_built_changed_and_taken_apart(
    visit: Visit, data: Path
) -> None:
    page = visit("/configuration/callback/", "editor")
    page.get_by_role("button", name="Add mapping").click()
    trigger = page.get_by_label("Trigger", exact=True)
    event, put = page.get_by_label("Event", exact=True), page.get_by_label("Add it")
    event.select_option("failed")
    page.get_by_role("button", name="Use as the trigger").click()
    expect(trigger).to_have_value("failed-job-self")
    a, b = "failed-job-self && killed-job-self", "blocked-job-self && removed-job-self"
    for name, join, beside, built in [
        ("killed", "&&", "", a),
        ("blocked", "||", "", f"({a}) || blocked-job-self"),
        ("removed", "&&", "1", f"({a}) || ({b})"),
    ]:
        event.select_option(name)
        put.select_option(join)
        page.get_by_label("This part").select_option(beside)
        page.get_by_role("button", name="Add it to the trigger").click()
        expect(trigger).to_have_value(built)
        expect(event).to_have_value(name)
        expect(put).to_have_value(join)
    page.get_by_role("button", name="Remove killed-job-self").click()
    expect(trigger).to_have_value(f"failed-job-self || ({b})")
    page.get_by_role("button", name="Move up blocked-job-self &&").click()
    expect(trigger).to_have_value(f"({b}) || failed-job-self")
    page.get_by_role("button", name="or behind").click()
    expect(trigger).to_have_value(f"{b} && failed-job-self")


def test_a_trigger_that_was_typed_is_never_joined_to_without_asking(
    visit: Visit,
) -> None:
    page = visit("/configuration/callback/", "editor")
    page.get_by_role("button", name="Add mapping").click()
    trigger = page.get_by_label("Trigger", exact=True)
    use = page.get_by_role("button", name="Use as the trigger")
    handle = use.element_handle()
    assert handle is not None
    trigger.fill("killed-job-self")
    handle.evaluate("(button) => button.click()")
    expect(page.get_by_label("Add it")).to_be_visible()
    expect(trigger).to_have_value("killed-job-self")
    page.get_by_label("Add it").select_option("instead")
    page.get_by_label("Event", exact=True).select_option("failed")
    page.get_by_role("button", name="Add it to the trigger").click()
    expect(trigger).to_have_value("failed-job-self")
    expect(page.locator("#side")).to_contain_text("It replaces killed-job-self")


def test_a_fix_is_one_click_and_can_be_undone(visit: Visit, data: Path) -> None:
    conf(data).write_text(
        "# first\nmail.py = done-job-self or failed-job-parent\n# last\n"
    )
    page = visit("/configuration/callback/", "editor")
    page.get_by_role("button", name="Write the sign").click()
    content = page.locator(".ace_content")
    expect(content).to_contain_text("done-job-self || failed-job-parent")
    expect(page.get_by_role("button", name="Write the sign")).to_have_count(0)
    page.locator(".ace_content").click()
    page.keyboard.press("Control+z")
    expect(content).to_contain_text("done-job-self or failed-job-parent")
    expect(page.get_by_role("button", name="Write the sign")).to_have_count(1)


def test_the_keyboard_can_leave_the_editor(visit: Visit, data: Path) -> None:
    page = visit("/configuration/callback/", "editor")
    write(page, "#")
    # by then its own timers have run, which bring the focus back after a click
    expect(page.locator("#side")).to_contain_text("Not saved:")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator(".ace_text-input:focus")).to_have_count(0)


def test_leaving_with_unsaved_text_asks_first(visit: Visit, data: Path) -> None:
    page = visit("/configuration/callback/", "editor")
    write(page, "# mine")
    expect(page.locator("#side")).to_contain_text("Not saved:")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("link", name="Overview").click()
    expect(page.locator("#side")).to_contain_text("Not saved:")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [1440, 390])
def test_review_and_conflict_are_usable_by_everybody(
    visit: Visit, data: Path, theme: str, width: int
) -> None:
    size = {"width": width, "height": 900}
    page = visit("/configuration/callback/", "editor", theme=theme, size=size)
    mine = "mail.py = done-jb-self\n# mine\n"
    if width > 720:
        page.locator(".ace_content").click()
        page.keyboard.press("Control+a")
        page.keyboard.type(mine)
        expect(page.locator("#side")).to_contain_text("Not saved:")
    else:
        page.locator("#text").fill(mine)
    page.get_by_role("button", name="Review and save").click()
    expect(page.get_by_text("1 error")).to_be_visible()
    check(page, f"review-{theme}-{width}")
    conf(data).write_text("mail.py = killed-job-self\n")
    page.get_by_label("Save it anyway").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Choose what stays")).to_be_visible()
    check(page, f"conflict-{theme}-{width}")
    page.locator("[value=theirs]").check()
    page.get_by_role("button", name="Review the result").click()
    expect(page.get_by_text("Nothing is left to save")).to_be_visible()
    assert conf(data).read_text() == "mail.py = killed-job-self\n"


@pytest.mark.parametrize("theme", THEMES)
def test_rolling_back_is_usable_by_everybody(
    visit: Visit, data: Path, theme: str
) -> None:
    visit("/configuration/callback/")
    first = Revision.objects.get().pk
    conf(data).write_text("mail.py = killed-job-self\n")
    page = visit(
        f"/configuration/callback/revisions/{first}/roll-back/",
        "editor",
        theme=theme,
    )
    check_widths(page, f"roll-back-{theme}")
    page.get_by_role("button", name="Roll back").click()
    expect(page.get_by_text("is in force again")).to_be_visible()
    assert conf(data).read_text() == "mail.py = failed-job-self\n"
    page.goto(f"/configuration/callback/revisions/{first}/?to=current")
    check_widths(page, f"revision-{theme}")


def test_what_is_typed_right_after_an_answer_is_heard(visit: Visit) -> None:
    """A field that an answer brought is listened to at once, not some frames later."""
    page = visit("/configuration/callback/", "editor")
    page.evaluate(
        """document.addEventListener("htmx:afterSwap", () => setTimeout(() => {
            const field = document.querySelector("[name=mapping-trigger]");
            field.value = "failed-work-self-7";
            field.dispatchEvent(new Event("input", { bubbles: true }));
        }), { once: true })"""
    )
    page.get_by_role("button", name="Add mapping").click()
    expect(page.locator("#meaning")).to_contain_text("agenda item 7 of the job fails")
