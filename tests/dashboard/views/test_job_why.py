"""A job's page says at once why an event caused nothing, and of every callback on demand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dashboard.models import EventRecord
from tests.dashboard.reading import read
from tests.dashboard.store.past.farm import Farm
from tests.dashboard.store.site import Site

JOB = reverse("job", args=[7])


@pytest.fixture
def farm(transactional_db: None, tmp_path: Path, settings: Any) -> Farm:
    """Job 7 is submitted; a dispatcher plans what happens."""
    return Farm(Site(tmp_path, settings), tmp_path)


def test_an_event_that_caused_nothing_says_why_without_a_click(
    viewer: Client, farm: Farm
) -> None:
    farm.happen("failed-work-8")
    farm.happen("running-job")
    page = read(viewer, JOB)
    told = page.cards["Timeline"]
    assert "caused nothing; nearest was item.py: the event is about" in told
    assert "caused nothing: no callback of the job waits for running" in told
    answer = read(viewer, page.links["item.py"])
    assert "item.py did not run for failed-work-8" in answer.text


def test_many_frames_say_it_once(viewer: Client, farm: Farm) -> None:
    for frame in range(1, 6):
        farm.happen(f"running-work-{frame}")
    [summary] = read(viewer, JOB).select(".timeline-fold summary")
    text = " ".join(summary.get_text(" ").split())
    assert text.startswith("running-work 1–5 · 5 events caused nothing: no callback")


def test_every_callback_that_was_considered_is_told_when_it_is_opened(
    viewer: Client, farm: Farm
) -> None:
    event = EventRecord.objects.get(event_id=farm.happen("failed-job"))
    closed = read(viewer, JOB)
    assert not closed.rows
    opened = read(viewer, JOB, {"open": str(event.sequence)})
    because = {row["Callback"]: row["Because"] for row in opened.rows}
    assert len(because) == 12
    assert because["item.py"] == "The type of the event is job, not work"
    assert not opened.select("#job[data-poll]")
    assert "Fold away" in opened.links


@pytest.mark.parametrize("wanted", ["x", "99999", "-1", ""])
def test_what_is_not_here_is_not_opened(
    viewer: Client, farm: Farm, wanted: str
) -> None:
    assert not read(viewer, JOB, {"open": wanted}).rows


def test_it_says_why_of_a_job_whose_id_is_text(viewer: Client, farm: Farm) -> None:
    farm.happen("submit-job", "shot_7")
    event = farm.happen("failed-work-8", "shot_7")
    told = read(viewer, reverse("job", args=["shot_7"])).cards["Timeline"]
    assert "nearest was item.py: the event is about" in told
    asked = {"event": event, "job": "shot_7", "callback": "item.py"}
    page = read(viewer, reverse("why"), asked)
    assert "item.py did not run for failed-work-8 of job shot_7" in page.text
