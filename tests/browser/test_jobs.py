"""A job's page with little, with very much, and with a pruned history, looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboard.models import EventRecord, JobRecord, ProgressRecord
from dashboard.store.configuration.bindings import put_in_force
from tests.browser.conftest import Look
from tests.dashboard import factories

JOB = reverse("job", args=[5042])
LONG = "shot_010_very_long_name_" * 12


def job(**more: object) -> JobRecord:
    bound = put_in_force([factories.revision([], number=31).pk]).binding
    return factories.job(5042, pgrp=5040, binding_id=bound, **more)


@pytest.fixture
def story(transactional_db: None) -> None:
    """A job with frames, a failure, a cascade, an `&&`, and what other jobs did."""
    start = timezone.now() - timedelta(hours=2)
    times = (start + timedelta(seconds=40 * n) for n in range(1_000))

    def event(**given: object) -> EventRecord:
        return factories.event(accepted_at=next(times), **given)

    job()
    factories.job(5040, pgrp=5040, label="comp")
    first = event(name="submit", runs_count=1)
    factories.run(of=first, file="submitted.py", queued_at=first.accepted_at)
    for frame in range(1, 13):
        event(name="running", type="work", extra=str(frame))
        done = event(name="complete", type="work", extra=str(frame), runs_count=1)
        factories.run(
            of=done,
            file="thumbnail.py",
            state="lost" if frame == 7 else "succeeded",
            queued_at=done.accepted_at,
        )
    part = event(name="complete")
    remembered = event(name="unblock")
    ProgressRecord.objects.create(
        job_id=5042,
        directory=factories.DIRECTORY,
        file="publish.py",
        trigger="unblock-job-self && done-job-5040",
        trigger_key="x",
        satisfied={"unblock-job-self": remembered.sequence},
        changed_at=timezone.now(),
    )
    failed = event(runs_count=4)
    satisfied = [["complete-job-self", part.sequence, part.event_id, "2026-03-01"]]
    asked = [
        {"verb": "kill", "targets": ["5042"], "applied": ["5042"]},
        {
            "verb": "unblock",
            "targets": ["5043"],
            "applied": [],
            "error": "job 5043 is not known",
        },
    ]
    run = factories.run(
        of=failed,
        state="failed",
        reason="exited with status 1",
        actions=asked,
        satisfied_by=satisfied,
        queued_at=failed.accepted_at,
    )
    factories.run(
        of=failed,
        file="slack.py",
        state="suppressed",
        reason="the callback is paused until 14:00: mail storm",
        queued_at=failed.accepted_at,
    )
    for each in (6001, 6002):
        factories.run(
            of=failed, file="children.py", job=each, queued_at=failed.accepted_at
        )
    killed = event(
        name="killed",
        caused_by=run.pk,
        runs_count=1,
        source="farm",
        change={"verb": "kill", "targets": ["5042"], "arguments": {}},
        depth=1,
    )
    again = factories.run(
        of=killed, file="cleanup.py", queued_at=killed.accepted_at, depth=1
    )
    event(
        name="",
        type="",
        caused_by=again.pk,
        source="farm",
        change={"verb": "retry", "targets": ["5042"], "arguments": {}},
    )
    parent = event(job_id=5040, name="done", runs_count=1)
    factories.run(of=parent, file="children.py", state="running", job=5042)
    event(name="running", planned_at=None)


def test_a_job_with_a_story_is_usable_by_everybody(look: Look, story: None) -> None:
    look("job-story", JOB)
    look("job-group", f"{JOB}?group=1")


def test_a_job_with_very_much_is_usable_by_everybody(
    look: Look, transactional_db: None
) -> None:
    job(name=LONG, label=LONG, user=LONG[:200])
    for number in range(101):  # one more than a page has; a tenth of them with runs
        runs = 3 if number % 10 == 0 else 0
        event = factories.event(name=f"event_{number}_{'x' * 80}", runs_count=runs)
        for _ in range(runs):
            factories.run(
                of=event, file=f"{LONG[:240]}.py", state="failed", reason=LONG
            )
    look("job-much", JOB)


def test_a_job_with_little_or_a_pruned_history_is_usable_by_everybody(
    look: Look, transactional_db: None
) -> None:
    job(since=1)
    look("job-pruned", JOB)
    EventRecord.objects.all().delete()
    factories.event(name="submit")
    look("job-little", JOB)
