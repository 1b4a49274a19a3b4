"""The page that says why a callback did, or did not, run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import Tag
from django.test import Client
from django.urls import reverse

from dashboard.models import EventKind, EventRecord, Run
from dashboard.store.configuration import pauses
from dashboard.store.past import asking
from qubecb.why.causes import Code
from tests.dashboard.factories import JO
from tests.dashboard.reading import Page, read
from tests.dashboard.store.past.farm import CONFIG, Farm
from tests.dashboard.store.past.situations import SITUATIONS, Situation
from tests.dashboard.store.site import Site

WHY = reverse("why")


@pytest.fixture
def farm(transactional_db: None, tmp_path: Path, settings: Any) -> Farm:
    """Job 7 is submitted; a dispatcher plans what happens."""
    return Farm(Site(tmp_path, settings), tmp_path)


def ask(browser: Client, **asked: object) -> Page:
    return read(browser, WHY, {name: str(each) for name, each in asked.items()})


def said(part: Tag) -> str:
    return " ".join(part.get_text(" ").split())


def sentence(page: Page) -> str:
    (found,) = page.select(".why-sentence")
    return said(found)


def sequence(event: str) -> int:
    return EventRecord.objects.get(event_id=event).sequence


@pytest.mark.parametrize(
    ("code", "situation"), SITUATIONS, ids=lambda each: getattr(each, "__name__", None)
)
def test_every_cause_has_its_page(
    viewer: Client, farm: Farm, code: Code, situation: Situation
) -> None:
    event, file, job = situation(farm)
    asked = {"event": event, "job": job, "callback": file}
    page = ask(viewer, **{name: each for name, each in asked.items() if each})
    assert said(page.select(".why-answer .mono")[0]) == code.value
    assert file in sentence(page)
    stopped = page.select("[aria-current=step]")
    assert len(stopped) == (code is not Code.RAN)
    assert len(page.select(".why-way li")) == 9


def test_the_answer_tells_first_stop_and_what_would_also_have_stopped_it(
    viewer: Client, farm: Farm
) -> None:
    farm.enable("python")
    pauses.pause(str(farm.site.directory), "off.pl", "mail storm", None, JO)
    event = farm.happen("failed-work-7")
    page = ask(viewer, event=event, callback="off.pl")
    assert sentence(page).startswith("off.pl did not run for failed-work-7 of job 7")
    (stopped,) = page.select("[aria-current=step]")
    assert said(stopped).startswith("stopped here: The trigger is true")
    others = page.cards["Would also have stopped it"]
    assert "paused" in others
    assert "language-disabled" in others


def test_the_trigger_is_a_tree_with_a_verdict_and_what_came(
    viewer: Client, farm: Farm
) -> None:
    farm.happen("complete-work-1")
    event = farm.happen("failed-job")
    page = ask(viewer, event=event, callback="both.py")
    first, second = page.select(".why-leaf")
    assert said(first).startswith("remembered: complete-work-self-1 remembered")
    assert said(second).startswith("not satisfied: complete-work-self-2")
    assert "1 came in 7 days" in said(first)
    (joined,) = page.select(".why-joined > .row")
    assert said(joined) == "not satisfied: all of these"
    link = page.links["1 came in 7 days"]
    assert read(viewer, link).column("Event") == ["complete-work-1"]


def test_the_nearest_event_is_one_click_away(viewer: Client, farm: Farm) -> None:
    near = farm.happen("failed-work-8")
    event = farm.happen("failed-job")
    page = ask(viewer, event=event, callback="item.py")
    assert "another agenda item" in page.cards["The trigger"]
    assert page.links["failed-work-8"] == f"/events/{sequence(near)}/"


def test_a_step_that_was_passed_says_nothing_twice(viewer: Client, farm: Farm) -> None:
    way = ask(viewer, event=farm.happen("failed-job"), callback="own.py").cards[
        "The way"
    ]
    assert "The trigger is true" in way
    assert "the trigger was true" not in way


def test_what_never_came_is_said(viewer: Client, farm: Farm) -> None:
    event = farm.happen("complete-job")
    told = ask(viewer, event=event, callback="own.py").cards["The trigger"]
    [hour] = EventKind.objects.filter(name="submit").values_list("hour", flat=True)
    since = hour.strftime("%H:%M")
    assert f"0 came in 7 days, and none since {since}, where history begins" in told


def test_of_a_pause_one_runs_this_one_or_sees_the_others(
    operator: Client, viewer: Client, farm: Farm
) -> None:
    farm.pause("own.py")
    farm.happen("failed-job")
    event = farm.happen("failed-job")
    page = ask(operator, event=event, callback="own.py")
    assert "1 other was kept back in that time. Run this one, or see" in page.text
    assert "Run this one" in page.acts
    (form,) = page.select("form[method=post]")
    run = Run.objects.get(event=sequence(event), file="own.py")
    assert form["action"] == reverse("run-replay", args=[run.pk])
    shown = read(operator, page.links["See all 2 that the pause kept back"])
    assert len(shown.rows) == 2
    assert "Run this one" not in ask(viewer, event=event, callback="own.py").acts


def test_what_failed_is_run_again(operator: Client, farm: Farm) -> None:
    event = farm.happen("failed-job")
    Run.objects.filter(file="own.py").update(state="failed", open=True)
    page = ask(operator, event=event, callback="own.py")
    assert "Run it again" in page.acts
    assert "Run this one" not in page.acts


def test_what_was_settled_is_not_run_again_from_here(
    operator: Client, farm: Farm
) -> None:
    farm.pause("own.py")
    event = farm.happen("failed-job")
    Run.objects.update(open=False, settled="dismissed", settled_by="ana")
    page = ask(operator, event=event, callback="own.py")
    assert "Run this one" not in page.acts


def test_every_callback_is_told_of_an_event_and_those_far_from_it_are_folded(
    viewer: Client, farm: Farm
) -> None:
    event = farm.happen("failed-job")
    page = ask(viewer, event=sequence(event))
    because = {row["Callback"]: row["Because"] for row in page.rows}
    assert len(because) == 12
    assert because["broken.py"].startswith("Line 14 is broken")
    (far,) = page.select(".why-far")
    assert "both.py" in said(far)
    assert "own.py" not in said(far)
    assert "callbacks ran" in page.cards["Callbacks"]


def test_each_leads_to_the_answer_about_it(viewer: Client, farm: Farm) -> None:
    event = farm.happen("failed-job")
    page = ask(viewer, event=event)
    answer = read(viewer, page.links["item.py"])
    assert sentence(answer).startswith("item.py did not run for failed-job of job 7")
    assert "Every callback" in answer.acts


def test_a_job_is_asked_about_without_an_event(viewer: Client, farm: Farm) -> None:
    farm.happen("failed-work-7")
    rows = {row["Callback"]: row for row in ask(viewer, job=7).rows}
    assert rows["item.py"]["Event"] == "failed-work-7"
    page = ask(viewer, job=7, callback="own.py")
    assert "no event for failed-job-self came" in sentence(page)
    assert "Nearest: failed-work-7 of job 7" in page.cards["The trigger"]


def test_a_long_list_is_paged(
    viewer: Client, farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST", 7)
    event = farm.happen("failed-job")
    first = ask(viewer, event=event)
    second = read(viewer, first.links["More callbacks"])
    assert (len(first.rows), len(second.rows)) == (7, 5)
    assert "More callbacks" not in second.links


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"event": "nobody"}, "There is no event “nobody”; it may have been pruned."),
        ({"event": "99999"}, "There is no event “99999”; it may have been pruned."),
        ({"job": "7", "callback": "nothing.py"}, "No callbacks.conf that counts"),
        ({"callback": "nothing.py"}, "No callbacks.conf names nothing.py"),
        ({"job": "x!"}, "x!"),
    ],
)
def test_what_cannot_be_answered_is_said(
    viewer: Client, farm: Farm, asked: dict[str, str], told: str
) -> None:
    (notice,) = ask(viewer, **asked).notices
    assert told in notice


def test_an_unknown_job_is_an_answer(viewer: Client, farm: Farm) -> None:
    page = ask(viewer, job=99, callback="own.py")
    assert "nothing ever came about job 99" in sentence(page)


def test_of_an_unknown_job_that_is_said_once_for_all(
    viewer: Client, farm: Farm
) -> None:
    page = ask(viewer, job=99)
    (notice,) = page.notices
    assert "Nothing ever came about job 99. Check the id" in notice
    assert not page.select("table:not(details table)")
    assert not ask(viewer, job=7).notices


def test_without_a_question_it_says_how_to_ask(viewer: Client, farm: Farm) -> None:
    page = read(viewer, WHY)
    assert "What to ask" in page.cards
    options = [each["value"] for each in page.select("#why-callbacks option")]
    assert "callback/own.py" in options


def test_of_a_callback_alone_it_tells_what_came_of_its_kinds(
    viewer: Client, farm: Farm
) -> None:
    farm.pause("own.py")
    farm.happen("failed-job")
    farm.happen("submit-job", 8)
    farm.happen("failed-job", 8)
    page = ask(viewer, callback="own.py")
    assert page.column("Event") == ["failed-job", "failed-job"]
    assert page.column("Outcome") == ["Suppressed", "Suppressed"]
    assert "2 came in 7 days" in page.cards["What it waits for"]
    answer = read(viewer, str(page.select("td .row-link")[0]["href"]))
    assert sentence(answer).startswith("own.py did not run for failed-job of job 8")


def test_of_a_callback_whose_kinds_never_came_it_says_that(
    viewer: Client, farm: Farm
) -> None:
    page = ask(viewer, callback=f"{farm.site.directory}/item.py")
    assert page.empty == ["No such event is stored"]
    assert "0 came in 7 days" in page.cards["What it waits for"]


def test_a_callback_of_many_parts_asks_the_database_a_few_times(
    queries_of: Callable[[str], int], farm: Farm
) -> None:
    few = queries_of(f"{WHY}?callback=own.py")
    many = " || ".join(f"n{number}-job-self" for number in range(100))
    farm.site.write(f"{CONFIG}many.py = {many}\n")
    assert queries_of(f"{WHY}?callback=many.py") <= few + 10


def test_an_editor_makes_it_fire_for_such_an_event(
    editor: Client, viewer: Client, farm: Farm
) -> None:
    event = farm.happen("failed-work-8")
    page = ask(editor, event=event, callback="own.py")
    edit = read(editor, page.links["Make it fire…"])
    assert edit.sent["mapping-trigger"] == "failed-job-self || failed-work-self-*"
    assert edit.sent["mapping-file"] == "own.py"
    assert "Make it fire…" not in ask(viewer, event=event, callback="own.py").links


def test_for_an_event_of_another_job_the_trigger_names_it(
    editor: Client, farm: Farm
) -> None:
    farm.happen("submit-job", 8, pid=7, pgrp=7)
    event = farm.happen("killed-job")
    page = ask(editor, event=event, job=8, callback="own.py")
    edit = read(editor, page.links["Make it fire…"])
    assert edit.sent["mapping-trigger"] == "failed-job-self || killed-job-7"


def test_what_ran_is_not_made_to_fire(editor: Client, farm: Farm) -> None:
    event = farm.happen("failed-job")
    farm.run()
    page = ask(editor, event=event, callback="own.py")
    assert "Make it fire…" not in page.links
    assert sentence(page).startswith("own.py ran for failed-job of job 7")


def test_a_hostile_name_stays_text(viewer: Client, farm: Farm) -> None:
    page = ask(viewer, event="<img src=x onerror=alert(1)>", callback="<b>.py")
    assert not page.select("#results img")
    assert ask(viewer, event="\0").notices
    name = "x" * 90 + "<script>"
    farm.site.write(CONFIG + f"{'y' * 200}.py = failed-job-self\n")
    assert name not in sentence(ask(viewer, job=7, callback=f"{'y' * 200}.py"))


@pytest.mark.parametrize("asked", ["job=7", "job=7&callback=bad.py", "callback=bad.py"])
def test_a_line_that_is_not_utf_8_is_shown_as_everywhere(
    viewer: Client, farm: Farm, asked: str
) -> None:
    lines = "\udcff.py = done-job-self\nbad.py = done-\udcff-self\n"
    farm.site.write(lines + "own.py = failed-job-self\n")
    farm.happen("done-job")
    page = read(viewer, f"{WHY}?{asked}")
    assert ("\\udcff.py" if asked == "job=7" else "bad.py") in page.text


def test_a_name_that_is_not_utf_8_has_an_answer_of_its_own(
    viewer: Client, farm: Farm
) -> None:
    farm.site.write(f"\udcff.py = done-job-self\n{CONFIG}")
    farm.happen("submit-job", job=9)
    page = ask(viewer, job=9, callback="\\udcff.py")
    assert "its file name is not UTF-8" in sentence(page)


def test_more_mappings_need_no_more_queries(
    queries_of: Callable[[str], int], farm: Farm
) -> None:
    event = farm.happen("failed-job")
    few = queries_of(f"{WHY}?event={event}")
    more = "".join(f"c{number}.py = failed-job-self\n" for number in range(40))
    farm.site.write(CONFIG + more)
    for frame in range(20):
        farm.happen(f"complete-work-{frame}")
    farm.happen("submit-job")
    event = farm.happen("failed-job")
    assert queries_of(f"{WHY}?event={event}") <= few + 1
    assert queries_of(f"{WHY}?event={event}&callback=c1.py") <= few + 6


@pytest.mark.parametrize(
    "address",
    [
        "/events/{event}/",
        "/jobs/7/",
        "/runs/{run}/",
        "/runs/?job=7&state=lost",
        "/events/?job=7&name=zz",
    ],
)
def test_it_is_reached_from_where_one_wonders(
    viewer: Client, farm: Farm, address: str
) -> None:
    event = farm.happen("failed-job")
    run = Run.objects.get(file="own.py")
    page = read(viewer, address.format(event=sequence(event), run=run.pk))
    [link] = {href for said, href in page.links.items() if said.startswith("Why")}
    answer = read(viewer, link)
    assert answer.heading == "Why"
    assert not answer.notices
