"""What an event that has not happened would fire, for jobs other than its own."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import EventRecord, Run
from dashboard.project.environment import Environment
from dashboard.store.acts.firing import Shot, match, simulate
from dashboard.store.dispatch import situations
from dashboard.store.intake.acceptance import accept
from dashboard.store.people.audit import By
from qubecb.events import Event, parse_event
from qubecb.jobs import Job
from qubecb.jobs.ids import JobId
from tests.dashboard.store.site import Site

NAMED = "named.py = failed-job-7\n"


def failed(job: int = 7) -> Event:
    """Job 7 fails; this has not happened."""
    told = {"name": "failed", "type": "job", "job": {"id": job}}
    return parse_event(told, time.time())


def fires(event: Event) -> list[tuple[str, JobId]]:
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


@pytest.mark.parametrize(
    "trigger",
    [
        "failed-job-render",
        "failed-job-parent",
        "failed-job-7",
        "failed-job-render && x-job-self",
    ],
)
def test_asking_costs_the_same_however_many_jobs_it_concerns(
    site: Site, trigger: str
) -> None:
    site.write(f"a.py = {trigger}\nb.py = done-job-parent || done-job-render\n")
    site.send("submit-job", 7, label="render", pgrp=7)
    counts = {}
    for number in range(1, 201):
        job = {"id": 100 + number, "pgrp": 7, "pid": 7, "label": f"l{number}"}
        accept(
            [parse_event({"name": "submit", "type": "job", "job": job}, 0.0)],
            source="emit",
        )
        if number in (1, 3, 200):
            while site.dispatcher.step():
                pass
            with CaptureQueriesContext(connection) as queries:
                found = match(Shot(failed()))
            others = [
                each.job.id for each in found if each.triggered and each.job.id != 7
            ]
            assert len(set(others)) == number
            assert found.left_out == 0
            counts[number] = len(queries)
    assert len(set(counts.values())) == 1


def test_how_many_were_not_looked_at_is_told(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(situations, "MOST_OTHERS", 2)
    site.write("a.py = failed-job-render\n")
    site.send("submit-job", 7, label="render")
    for job in range(8, 13):
        site.send("submit-job", job, pgrp=7)
        assert match(Shot(failed())).left_out == max(0, job - 9)
    assert fires(failed()) == [("a.py", 7), ("a.py", 11), ("a.py", 12)]


def test_what_others_remember_counts(site: Site) -> None:
    site.write("a.py = failed-job-7 && running-job-self\n")
    for job in (7, 8, 9):
        site.send("submit-job", job, pgrp=job)
    site.send("running-job", 8)
    told = fires(failed())
    assert told == [("a.py", 8)]
    assert told == caused(site.send("failed-job", 7))


def test_what_others_are_told_names_the_revision_line_and_reasons(site: Site) -> None:
    site.write("# first\nnamed.py = failed-job-7 || done-job-self\n")
    for job in (7, 8):
        site.send("submit-job", job, pgrp=job)
    (found,) = [each for each in match(Shot(failed())) if each.job.id == 8]
    assert (found.match.line, found.match.file) == (2, "named.py")
    assert found.revision is not None
    assert [each.verdict for each in found.match.specs] == ["satisfied", "unsatisfied"]


def test_so_many_of_them_are_looked_at_and_no_more(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(situations, "MOST_OTHERS", 2)
    site.write(NAMED)
    for job in range(7, 12):
        site.send("submit-job", job, pgrp=job)
    assert fires(failed()) == [("named.py", 7), ("named.py", 10), ("named.py", 11)]


def test_a_job_that_is_asked_about_while_it_is_submitted_again_begins_anew(
    site: Site,
) -> None:
    site.write("old.py = submit-job-self\n")
    site.send("submit-job")
    site.write("new.py = submit-job-self\n")
    told = {"name": "submit", "type": "job", "job": {"id": 7}}
    shot = Shot(parse_event(told, time.time()), attached=Job(7))
    assert [each.match.file for each in match(shot) if each.triggered] == ["new.py"]


def test_what_is_told_of_a_removed_job_counts_for_others_as_it_does_live(
    site: Site,
) -> None:
    site.write("a.py = failed-job-render\n")
    site.send("submit-job", 7, label="render")
    site.send("submit-job", 8, pgrp=7)
    site.send("removed-job", 7)
    job = {"id": 7, "label": "other"}
    told = fires(parse_event({"name": "failed", "type": "job", "job": job}, 0.0))
    assert told == [("a.py", 8)]
    assert told == caused(site.send("failed-job", 7, label="other"))
