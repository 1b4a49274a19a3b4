"""The main acts of runs and events: filtering, following, cancelling, replaying."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from dashboard.models import Run
from tests.browser.conftest import Visit
from tests.dashboard import factories


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "without scripts"])
def test_runs_are_filtered_and_the_filter_stands_in_the_address(
    visit: Visit, scripts: bool
) -> None:
    failed = factories.run(state="failed")
    factories.run()
    page = visit("/runs/", scripts=scripts)
    page.locator(".pick", has_text="Failed").click()
    if not scripts:
        page.get_by_role("button", name="Filter").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"state=failed"))
    expect(page.locator("tbody a.row-link")).to_have_text([str(failed.pk)])


def test_typing_filters_by_what_a_run_said(visit: Visit) -> None:
    factories.run(last_line="database is locked")
    factories.run(last_line="fine")
    page = visit("/runs/")
    page.locator("input[name=text]").press_sequentially("locked")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_new_run_appears_by_itself(visit: Visit) -> None:
    factories.run(state="running")
    page = visit("/runs/")
    expect(page.locator("tbody tr")).to_have_count(1)
    factories.run()
    expect(page.locator("tbody tr")).to_have_count(2)


def test_output_is_followed_to_the_end_of_the_run(visit: Visit, data: Path) -> None:
    run = factories.run(state="running")
    file = data / "scratch" / "output" / str(run.pk)
    file.parent.mkdir(parents=True)
    file.write_text("first\n")
    page = visit(reverse("run", args=[run.pk]))
    shown = page.locator("[data-output] pre")
    expect(shown).to_have_text("first\n", use_inner_text=True)
    with file.open("a") as out:
        out.write("second ✓\n")
    expect(shown).to_contain_text("second ✓")
    factories.output(run, file.read_bytes())
    run.state, run.reason = "succeeded", "ended with status 0"
    run.save()
    expect(page.locator(".outcome")).to_contain_text("Ended with status 0")
    expect(page.locator("[data-following]")).to_have_count(0)
    expect(page.get_by_role("button", name="Replay")).to_be_visible()


def test_a_run_that_ends_without_a_word_is_said_to_have_written_nothing(
    visit: Visit,
) -> None:
    run = factories.run(state="running")
    page = visit(reverse("run", args=[run.pk]))
    expect(page.get_by_text("New output appears here")).to_be_visible()
    run.state = "succeeded"
    run.save()
    expect(page.get_by_text("It wrote nothing.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "without scripts"])
def test_a_run_is_cancelled_after_a_confirmation(visit: Visit, scripts: bool) -> None:
    run = factories.run(state="queued")
    page = visit(reverse("run", args=[run.pk]), scripts=scripts)
    page.get_by_role("button", name="Cancel run").click()
    box = page.locator("#cancel-run")
    expect(box).to_contain_text("It will not be run")
    box.get_by_label("Why").fill("wrong shot")
    box.get_by_role("button", name="Cancel run").click()
    expect(page.locator(".messages")).to_contain_text("was cancelled before it started")
    run.refresh_from_db()
    assert (run.state, "wrong shot" in run.reason) == ("cancelled", True)


def test_the_question_stays_open_while_the_run_goes_on(
    visit: Visit, data: Path
) -> None:
    run = factories.run(state="running")
    page = visit(reverse("run", args=[run.pk]))
    page.get_by_role("button", name="Cancel run").click()
    reason = page.locator("#cancel-run").get_by_label("Why")
    reason.fill("wrong")
    for _ in range(2):  # the output is still followed, once a second
        with page.expect_request(re.compile("/output/")):
            pass
    page.evaluate("htmx.trigger(document.body, 'look')")
    page.evaluate("new Promise(done => requestAnimationFrame(done))")
    expect(reason).to_be_visible()
    expect(reason).to_have_value("wrong")


def test_a_run_is_replayed_after_a_confirmation(visit: Visit) -> None:
    run = factories.run(state="failed")
    page = visit(reverse("run", args=[run.pk]))
    page.get_by_role("button", name="Replay").click()
    page.locator("#replay-run").get_by_role("button", name="Replay").click()
    expect(page).not_to_have_url(re.compile(rf"/runs/{run.pk}/$"))
    new = Run.objects.get(replay_of=run.pk)
    expect(page).to_have_url(re.compile(rf"/runs/{new.pk}/$"))


def test_runs_of_a_filter_are_counted_and_replayed(visit: Visit) -> None:
    for _ in range(2):
        factories.run(state="failed")
    page = visit("/runs/?state=failed")
    page.get_by_role("link", name="Replay these…").click()
    page.get_by_role("button", name="Replay 2 runs").click()
    expect(page.locator(".messages")).to_contain_text("2 runs are queued again")


def test_failures_by_kind_lead_to_their_runs(visit: Visit) -> None:
    for _ in range(2):
        factories.run(state="failed", signature="KeyError: 'id'")
    page = visit("/runs/")
    page.get_by_role("link", name="Failures by kind").click()
    page.get_by_role("link", name="KeyError: 'id'").click()
    expect(page.locator("tbody tr")).to_have_count(2)


def test_a_bar_of_the_overview_leads_to_its_runs(visit: Visit) -> None:
    row = factories.roll_up(1, succeeded=1)
    run = factories.run(queued_at=row.hour)
    page = visit("/")
    page.locator("svg.chart a").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody a.row-link")).to_have_text([str(run.pk)])


def test_events_are_filtered_by_what_they_caused(visit: Visit) -> None:
    factories.event(name="done", runs_count=1)
    factories.event()
    page = visit("/events/")
    page.get_by_label("Caused").select_option("nothing")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("failed-job")
