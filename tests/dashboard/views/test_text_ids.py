"""Pages of jobs whose ids are text."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.dashboard import factories
from tests.dashboard.reading import read

UUID = "550e8400-e29b-41d4-a716-446655440000"
LONG = "x" * 200


@pytest.mark.parametrize("job", ["render-7", "1e5", UUID, LONG, "_a"])
def test_a_job_has_its_page_and_is_found(viewer: Client, job: str) -> None:
    factories.job(job, pid="mother", label="a")
    run = factories.run(of=factories.event(job_id=job))
    address = reverse("job", args=[job])
    page = read(viewer, address)
    assert page.links[f"Run {run.pk}"] == reverse("run", args=[run.pk])
    assert page.facts["Parent"] == "mother"
    for text in (job, f"job {job}"):
        answer = viewer.get(reverse("search"), {"q": text})
        assert answer["Location"] == address


@pytest.mark.parametrize("job", ["007", "0", "5042.0", "y" * 201, "-5"])
def test_what_is_no_id_has_no_page(viewer: Client, job: str) -> None:
    factories.job(7)
    assert viewer.get(f"/jobs/{job}/").status_code == 404


def test_007_is_not_job_7_to_the_search(viewer: Client) -> None:
    factories.job(7, name="seven")
    assert read(viewer, reverse("search"), {"q": "007"}).heading.startswith("Search")


@pytest.mark.parametrize("page", ["runs", "events"])
def test_lists_are_filtered_by_such_an_id_and_lead_to_its_job(
    viewer: Client, page: str
) -> None:
    for job in (LONG, "other", 7):
        factories.run(of=factories.event(job_id=job))
    found = read(viewer, reverse(page), {"job": LONG})
    assert len(found.rows) == 1
    leading = found.select(f"main a[href='{reverse('job', args=[LONG])}']")
    (shown,) = {link.get_text() for link in leading}
    assert len(shown) < 30
    assert LONG in leading[0]["title"]


def test_a_run_is_in_json_with_its_job_as_it_is(viewer: Client) -> None:
    told = {}
    for job in (UUID, 7):
        run = factories.run(of=factories.event(job_id=job))
        told[str(run.pk)] = job
    items = viewer.get("/api/runs").json()["items"]
    assert {each["id"]: each["job"] for each in items} == told
