"""No answer takes away what a person has in hand: focus, selection, boxes, typed text.

Answers are held back on purpose, and let go when the hand is where it can be hurt.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dashboard.models import Run
from tests.browser.conftest import Visit
from tests.browser.holding import Held, swapped
from tests.dashboard import factories


def open_run(visit: Visit, state: str = "running") -> tuple[Run, Page]:
    run = factories.run(state=state)
    return run, visit(reverse("run", args=[run.pk]))


def ends(run: Run) -> None:
    run.state, run.reason = "succeeded", "ended with status 0"
    run.save()


def test_an_answer_on_its_way_closes_no_box_and_takes_no_typed_text(
    visit: Visit, data: Path
) -> None:
    run, page = open_run(visit)
    held = Held(page, rf"/runs/{run.pk}/$")
    held.ask()
    page.get_by_role("button", name="Cancel run").click()
    reason = page.locator("#cancel-run").get_by_label("Why")
    reason.fill("wrong sh")
    ends(run)
    held.let_go()
    expect(page.locator(".outcome")).to_contain_text("Ended with status 0")
    expect(reason).to_be_focused()
    page.keyboard.type("ot")
    expect(reason).to_have_value("wrong shot")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Replay")).to_be_visible()
    page.get_by_role("button", name="Replay").focus()
    expect(page.get_by_role("button", name="Cancel run")).to_have_count(0)


def test_a_focused_button_stays_that_button(visit: Visit) -> None:
    run, page = open_run(visit)
    cancel = page.get_by_role("button", name="Cancel run")
    cancel.focus()
    ends(run)
    swapped(page)
    expect(page.locator(".outcome")).to_contain_text("Ended with status 0")
    expect(cancel).to_be_focused()
    cancel.blur()
    expect(cancel).to_have_count(0)
    expect(page.get_by_role("button", name="Replay")).to_be_visible()


def test_selected_text_stays_selected_until_it_is_let_go(visit: Visit) -> None:
    run, page = open_run(visit)
    page.evaluate(
        "getSelection().selectAllChildren([...document.querySelectorAll('#run-facts dd')]"
        ".find((each) => each.textContent.includes('known when')))"
    )
    run.script_sha256 = "a" * 64
    ends(run)
    swapped(page)
    expect(page.locator(".outcome")).to_contain_text("Ended with status 0")
    said = "getSelection().toString()"
    assert "known when it has ended" in page.evaluate(said)
    page.evaluate("getSelection().removeAllRanges()")
    expect(page.locator("#run-facts")).to_contain_text("a" * 12)


def test_the_focus_stays_in_the_list_while_new_runs_come(visit: Visit) -> None:
    runs = [factories.run() for _ in range(3)]
    page = visit("/runs/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    new = factories.run()
    swapped(page)
    expect(page.locator("tbody tr")).to_have_count(4)
    first = page.locator("tbody a.row-link").first
    expect(first).to_have_text(str(new.pk))
    focused = page.locator(f'a.row-link[href="/runs/{runs[1].pk}/"]')
    expect(focused).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(f'a.row-link[href="/runs/{runs[0].pk}/"]')).to_be_focused()


def test_a_list_that_is_read_does_not_move_under_the_eye(visit: Visit) -> None:
    runs = [factories.run() for _ in range(40)]
    page = visit("/runs/", size={"width": 1440, "height": 500})
    row = page.locator("tbody tr", has=page.locator(f'[href="/runs/{runs[20].pk}/"]'))
    row.scroll_into_view_if_needed()
    before = row.bounding_box()
    factories.run()
    swapped(page)
    expect(page.locator("tbody tr")).to_have_count(41)
    page.wait_for_function("new Promise((done) => requestAnimationFrame(done))")
    after = row.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 2


def test_a_table_that_is_scrolled_sideways_stays_so(visit: Visit) -> None:
    factories.run(state="running")
    page = visit("/runs/", size={"width": 800, "height": 500})
    box = page.locator(".table-box").first
    box.evaluate("(each) => { each.scrollLeft = 40; window.left = each.scrollLeft; }")
    factories.run()
    swapped(page)
    expect(page.locator("tbody tr")).to_have_count(2)
    assert box.evaluate("(each) => each.scrollLeft === window.left")


def test_where_nothing_changed_nothing_is_touched(visit: Visit) -> None:
    factories.heartbeat()
    factories.run()
    factories.job()
    waiting = factories.event(planned_at=None)
    one = f"/events/{waiting.sequence}/"
    lists = ("/", "/runs/", "/events/", "/callbacks/", "/triggers/", "/jobs/5042/", one)
    for address in lists:
        page = visit(address)
        swapped(page)
        page.evaluate(
            "window.touched = [];"
            "new MutationObserver((all) => touched.push(...all.filter((each) =>"
            " each.target.nodeName !== 'TIME').map((each) => each.target.outerHTML.slice(0, 200))))"
            ".observe(document.querySelector('main'), { subtree: true, childList: true })"
        )
        swapped(page)
        assert page.evaluate("touched") == [], address


def test_a_fold_that_was_closed_stays_closed(visit: Visit) -> None:
    run, page = open_run(visit)
    run.traceback = {
        "type": "KeyError",
        "message": "'id'",
        "frames": [],
        "locals": {"job": "{}"},
    }
    run.save()
    swapped(page)
    fold = page.locator("details.locals")
    expect(fold).to_have_attribute("open", "")
    fold.locator("summary").click()
    run.reason = "still here"
    run.save()
    swapped(page)
    expect(page.locator(".outcome")).to_contain_text("Still here")
    expect(fold).not_to_have_attribute("open", "")


def test_an_answer_to_an_earlier_filter_is_dropped(visit: Visit) -> None:
    failed = factories.run(state="failed")
    factories.run()
    page = visit("/runs/")
    held = Held(page, r"/runs/$")
    held.ask()
    page.locator(".pick", has_text="Failed").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    held.let_go()
    expect(page.locator("tbody a.row-link")).to_have_text([str(failed.pk)])


@pytest.mark.parametrize("address", ["/", "/runs/", "/callbacks/", "/events/"])
def test_the_list_of_shortcuts_stays_open(visit: Visit, address: str) -> None:
    factories.run(state="running")
    page = visit(address)
    held = Held(page, r"/(runs/|callbacks/|events/)?(\?.*)?$")
    held.ask()
    page.keyboard.press("?")
    held.let_go()
    expect(page.locator("#shortcuts")).to_be_visible()
