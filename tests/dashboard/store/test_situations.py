"""What an event that has not happened would fire, for jobs other than its own."""

from __future__ import annotations

import time
from typing import Any

import pytest

from dashboard.models import EventRecord, Run
from dashboard.store import situations
from dashboard.store.audit import By
from dashboard.store.firing import Shot, match, simulate
from qubecb.events import Event, parse_event
from qubecb.project.environment import Environment
from tests.dashboard.store.site import Site

NAMED = "named.py = failed-job-7\n"


def failed(job: int = 7) -> Event:
    """Job 7 fails; this has not happened."""
    told = {"name": "failed", "type": "job", "job": {"id": job}}
    return parse_event(told, time.time())


def fires(event: Event) -> list[tuple[str, int]]:
    """Files and jobs for which an event would fire."""
    return sorted(
        (each.match.file, each.job.id) for each in match(Shot(event)) if each.triggered
    )


def caused(event: str) -> list[tuple[str, int | None]]:
    """Files and jobs for which an event that happened fired."""
    sequence = EventRecord.objects.get(event_id=event).sequence
    return sorted(Run.objects.filter(event=sequence).values_list("file", "job"))


def test_every_job_whose_trigger_names_the_events_job_is_told_as_live_does(
    site: Site,
) -> None:
    site.write(NAMED)
    for job in (7, 8, 9):
        site.send("submit-job", job, pgrp=job)
    told = fires(failed())
    assert told == [("named.py", 7), ("named.py", 8), ("named.py", 9)]
    assert told == caused(site.send("failed-job", 7))


def test_an_unknown_item_follows_no_other_unknown_item(site: Site) -> None:
    site.write("done.py = done-work-self-*\n")
    site.send("submit-job")
    site.send("failed-work")
    told = {"name": "done", "type": "work", "job": {"id": 7}}
    assert fires(parse_event(told, time.time())) == [("done.py", 7)]
    assert caused(site.send("done-work")) == [("done.py", 7)]


def test_done_by_id_is_satisfied_by_a_failure(site: Site) -> None:
    site.write("named.py = done-job-7\n")
    for job in (7, 8):
        site.send("submit-job", job, pgrp=job)
    told = fires(failed())
    assert told == [("named.py", 7), ("named.py", 8)]
    assert told == caused(site.send("failed-job", 7))


def test_only_jobs_that_are_bound_to_such_a_trigger_count(site: Site) -> None:
    site.write("own.py = failed-job-self\n")
    site.send("submit-job", 8, pgrp=8)
    site.write(NAMED)
    site.send("submit-job", 7, pgrp=7)
    site.send("submit-job", 9, pgrp=9)
    site.write("own.py = failed-job-self\n")
    told = fires(failed())
    assert told == [("named.py", 7), ("named.py", 9)]
    assert told == caused(site.send("failed-job", 7))


def test_where_the_current_revision_counts_it_counts_for_every_job(
    site: Site, settings: Any
) -> None:
    given = {
        "QUBECB_BINDING": "live",
        "QUBECB_CALLBACK_PATH": str(site.directory),
        "QUBECB_QB_CONF": str(site.directory / "none"),
    }
    settings.ENVIRONMENT = Environment(given)
    site.write("own.py = submit-job-self\n")
    site.send("submit-job", 8, pgrp=8)
    site.write(NAMED)
    assert fires(failed()) == [("named.py", 7), ("named.py", 8)]


def test_another_jobs_event_concerns_nobody(site: Site) -> None:
    site.write(NAMED)
    for job in (7, 8, 9):
        site.send("submit-job", job, pgrp=job)
    assert fires(failed(8)) == []


def test_a_simulation_runs_for_each_of_them(site: Site) -> None:
    site.write(NAMED)
    for job in (7, 8):
        site.send("submit-job", job, pgrp=job)
    simulated = simulate(Shot(failed()), By("ann", "192.0.2.7"))
    found = Run.objects.filter(pk__in=simulated.runs)
    assert set(found.values_list("job", "simulate")) == {(7, True), (8, True)}


def test_so_many_of_them_are_looked_at_and_no_more(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(situations, "MOST_OTHERS", 2)
    site.write(NAMED)
    for job in range(7, 12):
        site.send("submit-job", job, pgrp=job)
    assert fires(failed()) == [("named.py", 7), ("named.py", 10), ("named.py", 11)]
