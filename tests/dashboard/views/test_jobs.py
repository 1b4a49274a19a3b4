"""A job's timeline."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.dashboard import factories
from tests.dashboard.reading import Page, read

JOB = reverse("job", args=[5042])


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
    assert notice.startswith("The job itself is not known (any more).")
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
