"""A job's timeline."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import Tag
from django.test import Client
from django.urls import reverse

from dashboard.models import JobRecord
from dashboard.queries import timeline
from dashboard.store.configuration.bindings import put_in_force
from tests.dashboard import factories
from tests.dashboard.reading import Page, read

JOB = reverse("job", args=[5042])


def said(part: Tag) -> str:
    return " ".join(part.get_text(" ").split())


def test_it_shows_events_runs_state_and_group(viewer: Client) -> None:
    factories.job(5042, pgrp=5040, status="blocked")
    factories.job(5040, pgrp=5040, label="comp")
    run = factories.run()
    page = read(viewer, JOB)
    assert page.links[f"Run {run.pk}"] == reverse("run", args=[run.pk])
    assert page.links["failed-job"] == reverse("event", args=[run.event])
    assert page.facts["Status"] == "blocked"
    assert page.rows == [
        {"Job": "5040", "Label": "comp", "Status": "running"},
        {"Job": "5042", "Label": "render", "Status": "blocked"},
    ]


def test_history_outlives_the_job(viewer: Client) -> None:
    run = factories.run()
    page = read(viewer, JOB)
    (notice,) = page.notices
    assert notice.startswith("The job itself is not known, or no longer.")
    assert f"Run {run.pk} of mail.py" in page.cards["Timeline"]


def test_a_job_that_nobody_knows_is_not_found(viewer: Client) -> None:
    assert viewer.get(JOB).status_code == 404
    assert viewer.get(reverse("job", args=[10**30])).status_code == 404


def test_more_rows_need_no_more_queries(queries_of: Callable[[str], int]) -> None:
    factories.job(5042, pgrp=1)
    factories.run()
    one = queries_of(JOB)
    for identity in (1, 2):
        factories.job(identity, pgrp=1)
        factories.run(file=f"{identity}.py")
    assert queries_of(JOB) == one


@pytest.mark.parametrize(
    ("state", "pace"), [("running", "every 1s"), ("succeeded", "every 10s")]
)
def test_the_page_follows_the_job_and_quickly_while_something_runs(
    viewer: Client, state: str, pace: str
) -> None:
    factories.run(state=state)
    answer = viewer.get(JOB, headers={"HX-Request": "true"})
    (part,) = Page(answer).select("body, #job[data-poll]")
    assert str(part["hx-trigger"]).startswith(pace)


def test_runs_stand_under_their_event_and_what_they_asked_is_told(
    viewer: Client,
) -> None:
    asked = {"verb": "unblock", "targets": ["5043"], "applied": []}
    run = factories.run(actions=[asked])
    factories.event(
        name="", type="", change={"verb": "retry"}, caused_by=run.pk, source="farm"
    )
    factories.event(
        name="", type="", change={"verb": "kill"}, actor="ana", source="farm"
    )
    page = read(viewer, JOB)
    first, second = page.select(".timeline > li")
    assert "kill asked for by ana" in said(first)
    assert said(second).startswith("failed-job")
    [under] = second.select(".timeline-run")
    assert f"Run {run.pk} of mail.py" in said(under)
    assert "asked the farm to unblock 5043 which changed nothing" in said(under)
    assert f"retry asked for by run {run.pk}" in said(under)


def test_frames_are_folded(viewer: Client) -> None:
    for frame in range(1, 13):
        event = factories.event(
            name="complete", type="work", extra=str(frame), runs_count=1
        )
        factories.run(of=event)
    page = read(viewer, JOB)
    [fold] = page.select(".timeline > li")
    [summary] = fold.select("summary")
    assert said(summary).startswith("complete-work 1–12 · 12 ok")
    assert len(fold.select("details .timeline-event")) == 12


def test_a_long_history_is_paged_and_only_its_newest_page_is_live(
    viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "SHOWN", 2)
    events = [factories.event(name=f"n{number}") for number in range(5)]
    first = read(viewer, JOB)
    assert first.select("#job[data-poll]")
    older = read(viewer, JOB, {"before": str(events[3].pk)})
    assert older.select(".pager a[rel=prev]")
    assert older.select(".pager a[rel=next]")
    assert not older.select("#job[data-poll]")
    shown = [said(each) for each in older.select(".timeline-event a.mono")]
    assert shown == ["n2-job", "n1-job"]


def test_the_process_group_is_shown_on_demand(viewer: Client) -> None:
    factories.job(5042, pgrp=5040)
    factories.job(5040, pgrp=5040)
    factories.event(job_id=5040, name="submit")
    assert "submit-job" not in read(viewer, JOB).cards["Timeline"]
    together = read(viewer, JOB, {"group": "1"})
    assert "submit-job of job 5040" in together.cards["Timeline"]
    assert "2 jobs of the process group" in together.notices[0]


def test_it_tells_what_the_job_is_bound_to(viewer: Client) -> None:
    factories.job(5042, binding_id=put_in_force([factories.revision([]).pk]).binding)
    bound = read(viewer, JOB).facts["Bound to"]
    assert bound.startswith(f"revision 1 of {factories.DIRECTORY}")
    assert bound.endswith("what is in force now")
    put_in_force([factories.revision([], number=2).pk])
    assert read(viewer, JOB).facts["Bound to"].endswith("there is a newer one")


def test_what_was_pruned_is_said(viewer: Client) -> None:
    factories.job(5042, since=1)
    page = read(viewer, JOB)
    assert page.empty == ["Its history was pruned"]
    event = factories.event(sequence=7)
    assert "What happened before this was pruned" in read(viewer, JOB).feet[0]
    JobRecord.objects.update(since=event.sequence)
    assert read(viewer, JOB).feet == []


def test_a_part_of_an_and_says_for_which_run_it_was_counted(viewer: Client) -> None:
    first, last = factories.event(name="complete"), factories.event(runs_count=1)
    satisfied = [["complete-job-self", first.sequence, first.event_id, "2026-03-01"]]
    run = factories.run(of=last, satisfied_by=satisfied)
    told = read(viewer, JOB).cards["Timeline"]
    assert f"counted for run {run.pk} of mail.py, as complete-job-self" in told


def test_a_job_whose_id_is_text_has_the_same_page(viewer: Client) -> None:
    factories.job("render-7", pgrp="render-7")
    run = factories.run(of=factories.event(job_id="render-7", runs_count=1))
    page = read(viewer, reverse("job", args=["render-7"]))
    assert page.heading.startswith("Job render-7")
    assert page.links[f"Run {run.pk}"] == reverse("run", args=[run.pk])
