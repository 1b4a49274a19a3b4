"""Jobs of megabytes: pages read and show the beginning."""

from __future__ import annotations

import json
import re
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dashboard.models import EventRecord, Run
from tests.dashboard import factories
from tests.dashboard.reading import read

LARGE = {"id": 5042, "zz": [[]] * 300_000, "text": "x" * 1_000_000}


def the_event() -> str:
    return reverse("event", args=[factories.event(job=LARGE).pk])


def the_run() -> str:
    return reverse("run", args=[factories.run(job_then=LARGE).pk])


def the_job() -> str:
    factories.job(fields=LARGE)
    factories.job(6000, pgrp=5042, fields=LARGE)
    return reverse("job", args=[5042])


def the_form() -> str:
    return f"{reverse('fire')}?event={factories.event(job=LARGE).pk}"


def the_search() -> str:
    factories.job(fields=LARGE)
    return f"{reverse('search')}?q=5042"


@pytest.mark.django_db
@pytest.mark.parametrize("make", [the_event, the_run, the_job, the_form, the_search])
def test_a_page_about_a_large_job_is_small_and_takes_little_memory(
    make: Callable[[], str], operator: Client
) -> None:
    address = make()
    operator.get(address)
    tracemalloc.start()
    answer = operator.get(address, follow=True)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 200
    assert len(answer.content) < 500_000
    assert peak < 6_000_000


def test_what_is_left_out_is_told(viewer: Client) -> None:
    sent = read(viewer, the_event()).cards["The job as it was sent"]
    assert re.search(r"\d characters more", sent)
    assert "too long to be listed" in read(viewer, the_job()).cards["Fields"]


def test_a_short_job_is_shown_as_it_was_sent(viewer: Client) -> None:
    event = factories.event(job={"id": 5042, "prod": ["dune"]})
    page = read(viewer, reverse("event", args=[event.pk]))
    (shown,) = page.select("table.source")
    lines = [each.get_text() for each in shown.select("td:last-child")]
    assert json.loads("\n".join(lines)) == {"id": 5042, "prod": ["dune"]}
    assert page.cards["The job as it was sent"].endswith("}")


def test_many_fields_are_counted(viewer: Client) -> None:
    factories.job(fields={f"field{number}": number for number in range(250)})
    page = read(viewer, reverse("job", args=[5042]))
    shown = [term for term in page.facts if term.startswith("field")]
    assert len(shown) == 200
    assert "50 more fields" in page.cards["Fields"]


def test_of_many_actions_and_ids_the_first_are_shown(viewer: Client) -> None:
    ids = [str(number) for number in range(10_000, 10_150)]
    action: dict[str, Any] = {
        "verb": "kill",
        "targets": ids,
        "applied": [],
        "unlisted": 9,
    }
    run = factories.run(actions=[action] * 300)
    page = read(viewer, reverse("run", args=[run.pk]))
    assert len(page.rows) == 200
    assert page.rows[0]["Of"].endswith("10099 and 50 more and 9 more")
    assert "The first 200 of 300 actions" in page.text


def test_what_lists_show_never_reads_jobs(viewer: Client) -> None:
    event = factories.event(job=LARGE)
    factories.run(of=event, job_then=LARGE)
    tracemalloc.start()
    for name in ("events", "runs", "overview"):
        assert viewer.get(reverse(name)).status_code == 200
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (EventRecord.events.count(), Run.objects.count()) == (1, 1)
    assert peak < 30_000_000
