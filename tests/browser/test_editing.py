"""An edit is never lost: not by leaving, Back, a login, nor by an answer that was on its way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.holding import Held, until
from tests.browser.test_configuration import conf, write

PAGE = "/configuration/callback/"


class Asked:
    """Says no whenever the browser asks whether to leave."""

    def __init__(self, page: Page) -> None:
        self.kinds = list[str]()
        page.on("dialog", self.stay)

    def stay(self, dialog: Dialog) -> None:
        self.kinds.append(dialog.type)
        dialog.dismiss()

    def by(self, page: Page, link: str) -> None:
        """Click a link, which has to be asked about."""
        before = len(self.kinds)
        page.get_by_role("navigation", name="Main").get_by_role(
            "link", name=link
        ).click(no_wait_after=True)
        until(page, lambda: len(self.kinds) > before)
        assert set(self.kinds) == {"beforeunload"}


#: Writes once more as soon as the form is sent, and says so: nothing can be asked of a page, and
#: no key be pressed, while another one is on its way.
WRITE_ON = """(text) => document.addEventListener("submit", () => setTimeout(() => {
  document.querySelector(".ace_editor").env.editor.insert(text);
  console.log("written");
}))"""


def text(page: Page) -> str:
    """What would be sent as the text."""
    return page.locator("#text").input_value()


def unsaved(page: Page) -> None:
    expect(page.locator("[data-state=changed]")).to_be_visible()
    expect(page.locator("[data-state=saved]")).to_be_hidden()


def test_going_on_editing_after_the_review_is_guarded_against_leaving(
    visit: Visit,
) -> None:
    page = visit(PAGE, "editor")
    asked = Asked(page)
    write(page, "# mine")
    page.get_by_role("button", name="Review and save").click()
    expect(page.get_by_role("button", name="Go on editing")).to_be_visible()
    asked.by(page, "Runs")
    page.get_by_role("button", name="Go on editing").click()
    expect(page.locator("#side")).to_contain_text("Not saved: 1 line changed")
    asked.by(page, "Runs")
    assert text(page).endswith("# mine")


def test_back_from_the_review_has_the_edit_and_the_guard(visit: Visit) -> None:
    page = visit(PAGE, "editor")
    asked = Asked(page)
    write(page, "# mine")
    page.get_by_role("button", name="Review and save").click()
    expect(page.get_by_role("button", name="Go on editing")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("This is your edit from before")).to_be_visible()
    expect(page.locator("#side")).to_contain_text("Not saved: 1 line changed")
    assert text(page).endswith("# mine")
    asked.by(page, "Runs")
    assert text(page).endswith("# mine")


def test_the_edit_is_there_again_in_the_same_tab_until_it_is_dropped(
    visit: Visit, data: Path
) -> None:
    page = visit(PAGE, "editor")
    page.on("dialog", lambda dialog: dialog.accept())
    write(page, "# mine")
    page.goto("/runs/")
    page.goto(f"{PAGE}review/")
    expect(page).to_have_url(re.compile(f"{PAGE}$"))
    unsaved(page)
    page.get_by_role("link", name="Drop it").click()
    expect(page.locator("[data-state=saved]")).to_be_visible()
    assert text(page) == conf(data).read_text()
    page.reload()
    assert text(page) == conf(data).read_text()


def test_what_was_saved_is_not_offered_again(visit: Visit, data: Path) -> None:
    page = visit(PAGE, "editor")
    write(page, "# mine")
    page.get_by_role("button", name="Review and save").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as revision")).to_be_visible()
    conf(data).write_text("mail.py = killed-job-self\n")
    page.goto(PAGE)
    expect(page.locator("[data-state=saved]")).to_be_visible()
    expect(page.locator("[data-restored]")).to_be_hidden()
    assert text(page) == "mail.py = killed-job-self\n"


def test_what_stands_in_a_form_and_not_in_the_text_is_guarded_too(
    visit: Visit,
) -> None:
    page = visit(PAGE, "editor")
    asked = Asked(page)
    page.get_by_role("button", name="Edit the mapping of mail.py").click()
    page.get_by_label("Trigger", exact=True).fill("done-job-self")
    asked.by(page, "Runs")
    expect(page.get_by_label("Trigger", exact=True)).to_have_value("done-job-self")


def test_the_state_follows_every_change(visit: Visit) -> None:
    page = visit(PAGE, "editor")
    lines = page.locator("[data-lines]")
    expect(lines).to_have_text("1 line")
    write(page, "# mine\n# two")
    unsaved(page)
    expect(lines).to_have_text("3 lines")
    page.get_by_role("button", name="Undo all").click()
    expect(page.locator("[data-state=saved]")).to_be_visible()
    expect(page.locator("#side")).to_contain_text("The text is as it was read")
    page.locator(".ace_content").click()
    page.keyboard.press("Control+z")
    unsaved(page)
    expect(page.locator("#side")).to_contain_text("Not saved: 2 lines changed")
    page.keyboard.press("Control+Shift+z")
    expect(page.locator("[data-state=saved]")).to_be_visible()
    expect(lines).to_have_text("1 line")


def test_neither_view_takes_what_is_typed_in_the_other(visit: Visit) -> None:
    page = visit(PAGE, "editor")
    page.get_by_role("button", name="Edit the mapping of mail.py").click()
    trigger = page.get_by_label("Trigger", exact=True)
    page.get_by_text("Build it from events").click()
    page.get_by_label("Event", exact=True).select_option("done")
    page.get_by_label("Of", exact=True).select_option("work")
    held = Held(page, "/edit/")
    write(page, "# mine")
    held.wait()
    trigger.click()
    page.keyboard.press("End")
    page.keyboard.type("x")
    held.let_go()
    page.keyboard.type("y")
    expect(trigger).to_have_value("failed-job-selfxy")
    expect(page.locator("#side")).to_contain_text("1 line changed")
    expect(page.get_by_label("Event", exact=True)).to_have_value("done")
    expect(page.get_by_label("Of", exact=True)).to_have_value("work")
    assert text(page).endswith("# mine")


def test_a_step_of_the_form_leaves_what_is_typed_into_the_text_meanwhile(
    visit: Visit, data: Path
) -> None:
    page = visit(PAGE, "editor")
    page.get_by_role("button", name="Edit the mapping of mail.py").click()
    page.get_by_label("Trigger", exact=True).fill("done-job-self")
    held = Held(page, "/edit/")
    page.get_by_role("button", name="Apply to the text").click()
    held.wait()
    write(page, "# mine")
    held.end()
    expect(page.locator("#side")).to_contain_text("2 lines changed")
    assert text(page) == "mail.py = done-job-self\n# mine"


def test_a_step_is_done_with_what_is_typed_into_the_form_meanwhile(
    visit: Visit,
) -> None:
    page = visit(PAGE, "editor")
    page.get_by_role("button", name="Edit the mapping of mail.py").click()
    trigger = page.get_by_label("Trigger", exact=True)
    trigger.fill("done-job")
    held = Held(page, "/edit/")
    page.get_by_role("button", name="Apply to the text").click()
    held.wait()
    trigger.press_sequentially("-self")
    held.end()
    expect(page.locator("#mapping")).to_have_count(0)
    assert text(page) == "mail.py = done-job-self\n"


def test_where_both_wrote_in_one_place_nothing_is_done_and_that_is_said(
    visit: Visit, data: Path
) -> None:
    page = visit(PAGE, "editor")
    page.get_by_role("button", name="Edit the mapping of mail.py").click()
    page.get_by_label("Trigger", exact=True).fill("done-job-self")
    held = Held(page, "/edit/")
    page.get_by_role("button", name="Apply to the text").click()
    held.wait()
    page.locator(".ace_content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Shift+ArrowRight")
    for _ in range(20):
        page.keyboard.press("Delete")
    page.keyboard.type("other")
    left = text(page)
    held.end()
    expect(page.get_by_text("You kept typing")).to_be_visible()
    assert text(page) == left
    expect(page.get_by_label("Trigger", exact=True)).to_have_value("done-job-self")


def test_somebody_elses_save_is_followed_while_nothing_is_typed(
    visit: Visit, data: Path
) -> None:
    page = visit(PAGE, "editor")
    theirs = "mail.py = failed-job-self\n# theirs\n"
    conf(data).write_text(theirs)
    page.evaluate("htmx.trigger(document.body, 'look')")
    expect(page.locator("[data-lines]")).to_have_text("2 lines")
    expect(page.locator("[data-state=saved]")).to_be_visible()
    assert text(page) == theirs
    write(page, "# mine\n")
    page.get_by_role("button", name="Review and save").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as revision")).to_be_visible()
    assert conf(data).read_text() == f"{theirs}# mine\n"


def test_somebody_elses_save_is_told_and_touches_nothing_typed(
    visit: Visit, data: Path
) -> None:
    page = visit(PAGE, "editor")
    before = page.locator("#standing a").inner_text()
    write(page, "# mine")
    conf(data).write_text("mail.py = killed-job-self\n")
    page.evaluate("htmx.trigger(document.body, 'look')")
    expect(page.locator("#side")).to_contain_text("The file was changed on disk")
    expect(page.locator("#standing a")).not_to_have_text(before)
    assert text(page) == "mail.py = failed-job-self\n# mine"


def test_a_reader_sees_what_somebody_saves(visit: Visit, data: Path) -> None:
    page = visit(PAGE, "viewer")
    conf(data).write_text("mail.py = killed-job-self\n")
    page.evaluate("htmx.trigger(document.body, 'look')")
    expect(page.locator("#reading")).to_contain_text("killed-job-self")
    expect(page.locator("#side")).to_contain_text("when the job is killed")


@pytest.mark.parametrize("path", ["review", "save", "merge", "edit"])
def test_an_address_of_a_form_leads_back_to_the_editor(visit: Visit, path: str) -> None:
    page = visit(f"{PAGE}{path}/", "editor")
    expect(page).to_have_url(re.compile(f"{PAGE}$"))


@pytest.mark.parametrize(
    ("begun", "goes_on"), [("", "a"), ("a", " "), ("a.py = ", "x"), ("a.py = ", " ")]
)
def test_a_line_of_any_length_is_coloured_at_once(
    visit: Visit, begun: str, goes_on: str
) -> None:
    page = visit("/configuration/callback/", "editor")
    tokens = page.evaluate(
        "(line) => document.querySelector('.ace_editor').env.editor.session.getMode()"
        ".getTokenizer().getLineTokens(line, 'start').tokens.length",
        begun + goes_on * 300_000,
    )
    assert tokens > 0


def test_what_is_written_while_the_review_is_on_its_way_is_kept(
    visit: Visit, data: Path
) -> None:
    page = visit(PAGE, "editor")
    waiting = list[Route]()
    page.route("**/review/", lambda route: waiting.append(route))
    write(page, "# mine")
    page.evaluate(WRITE_ON, ", still mine")
    review = page.get_by_role("button", name="Review and save")
    with page.expect_console_message():
        review.evaluate("(button) => button.form.requestSubmit(button)")
    until(page, lambda: bool(waiting))
    waiting[0].continue_()
    expect(page.get_by_text("You kept typing")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as revision")).to_be_visible()
    assert conf(data).read_text().endswith("# mine")
    unsaved(page)
    assert text(page).endswith("# mine, still mine")
    page.on("dialog", lambda dialog: dialog.accept())
