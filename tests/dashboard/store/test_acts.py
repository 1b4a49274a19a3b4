"""What a person can do to runs: pause, cancel, replay; and what time does: prune."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.models import (
    EventRecord,
    JobRecord,
    RollUp,
    Run,
    RunOutput,
    ScriptVersion,
    SpoolProblem,
)
from dashboard.store.acts.cancelling import cancel_queued, cancel_run
from dashboard.store.acts.replaying import replay
from dashboard.store.configuration import pauses
from dashboard.store.runs.pruning import Retention, prune
from qubecb.runner.outcome import RunState
from tests.dashboard.factories import JO
from tests.dashboard.store.site import WORKER, Site, ended

SUBMIT = "a.py = submit-job-self\n"


def test_a_pause_suppresses_what_is_planned_with_its_reason(site: Site) -> None:
    site.write(SUBMIT)
    pauses.pause(str(site.directory), "a.py", "mail server is away", None, JO)
    site.send("submit-job")
    run = Run.objects.get()
    assert run.state == "suppressed"
    assert run.reason.endswith("mail server is away")
    assert run.ended_at is not None
    assert RollUp.objects.get().suppressed == 1


def test_a_pause_of_everything_holds_for_every_callback(site: Site) -> None:
    site.write(SUBMIT)
    pauses.pause(None, None, "", None, JO)
    site.send("submit-job")
    assert site.states() == ["suppressed"]


def test_a_pause_ends_by_itself(site: Site) -> None:
    site.write(SUBMIT)
    pauses.pause(None, None, "", time.time() - 1, JO)
    site.send("submit-job")
    assert site.states() == ["queued"]
    assert pauses.pauses() == []


def test_a_resumed_callback_runs_again(site: Site) -> None:
    site.write(SUBMIT)
    pauses.pause(str(site.directory), None, "", None, JO)
    assert pauses.resume(str(site.directory), None, JO)
    assert not pauses.resume(str(site.directory), None, JO)
    site.send("submit-job")
    assert site.states() == ["queued"]


def test_a_run_that_waits_is_cancelled_at_once(site: Site) -> None:
    site.write(SUBMIT)
    site.send("submit-job")
    assert cancel_run(Run.objects.get().pk, JO, "wrong shot")
    run = Run.objects.get()
    assert (run.state, run.reason) == ("cancelled", "cancelled by jo: wrong shot")
    assert site.claim() == ()
    assert RollUp.objects.get().cancelled == 1


def test_a_run_that_runs_is_left_to_its_worker(site: Site) -> None:
    site.write(SUBMIT)
    site.send("submit-job")
    [order] = site.claim()
    assert cancel_run(int(order.run_id), JO)
    assert site.states() == ["running"]
    assert site.store.cancellations(WORKER) == {order.run_id: "cancelled by jo"}


def test_a_run_that_has_ended_cannot_be_cancelled(site: Site) -> None:
    site.write(SUBMIT)
    site.send("submit-job")
    [order] = site.claim()
    site.record(ended(order))
    assert not cancel_run(int(order.run_id), JO)


def test_everything_that_waits_of_a_callback_is_cancelled(site: Site) -> None:
    site.write(f"{SUBMIT}b.py = submit-job-self\n")
    for job in range(10, 13):
        site.send("submit-job", job=job)
    assert cancel_queued(str(site.directory), "a.py", JO) == 3
    assert Run.objects.filter(file="b.py", state="queued").count() == 3


def test_a_replay_is_a_new_run_of_the_same_event(site: Site) -> None:
    site.write(SUBMIT)
    site.send("submit-job", user="jo")
    [order] = site.claim()
    site.record(ended(order, RunState.FAILED))
    old = int(order.run_id)
    [new] = replay([old], JO).values()
    run = Run.objects.get(pk=new)
    assert (run.state, run.replay_of, run.user) == ("queued", old, "jo")
    assert EventRecord.objects.get().runs_count == 2
    assert site.claim()[0].run_id == str(new)


def test_a_replay_asked_for_by_many_at_once_is_one_run(site: Site) -> None:
    site.write(SUBMIT)
    site.send("submit-job")
    cancel_run(Run.objects.get().pk, JO)
    old, together = Run.objects.get().pk, threading.Barrier(4)

    def ask(_: int) -> int:
        together.wait()
        try:
            return len(replay([old], JO, seen=0))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(ask, range(4))) == [0, 0, 0, 1]
    assert Run.objects.filter(replay_of=old).count() == 1


def test_what_has_not_ended_is_not_replayed(site: Site) -> None:
    site.write(SUBMIT)
    site.send("submit-job")
    assert replay([Run.objects.get().pk, 999], JO) == {}


def aged(site: Site, days: int) -> None:
    """One ended run with all that belongs to it, so old; and a young one."""
    site.write(SUBMIT)
    for job in (7, 8):
        site.send("submit-job", job=job)
    for order in site.claim():
        told = ended(
            order, text=b"x", script=b"y", script_sha256=order.run_id.zfill(64)
        )
        site.record(told)
    then = timezone.now() - timedelta(days=days)
    Run.objects.filter(job=7).update(queued_at=then)
    EventRecord.objects.filter(job_id=7).update(accepted_at=then)
    JobRecord.objects.filter(pk=7).update(last_event=then)
    sha256 = str(Run.objects.get(job=7).pk).zfill(64)
    ScriptVersion.objects.filter(sha256=sha256).update(last_run_at=then)


def test_what_is_too_old_is_forgotten_and_nothing_else(site: Site) -> None:
    aged(site, 100)
    dropped = prune(Retention(days=90))
    assert {kind: count for kind, count in dropped.items() if count} == {
        "runs": 1,
        "events": 1,
        "jobs": 1,
        "scripts": 1,
    }
    assert Run.objects.get().job == 8
    assert RunOutput.objects.count() == 1


def test_notes_and_sessions_of_the_past_are_forgotten(db: None) -> None:
    now = timezone.now()
    for days in (100, 1):
        then = now - timedelta(days=days)
        SpoolProblem.objects.create(file="a.json", reason="empty", found_at=then)
    for name, days in (("gone", -1), ("good", 1)):
        Session.objects.create(session_key=name, expire_date=now + timedelta(days=days))
    dropped = prune(Retention(days=90))
    assert (dropped["spool notes"], dropped["sessions"]) == (1, 1)
    assert Session.objects.get().session_key == "good"


def test_no_more_runs_are_kept_than_the_setting_says(site: Site) -> None:
    aged(site, 0)
    prune(Retention(days=90, runs=1))
    assert Run.objects.get().job == 8


@pytest.mark.skipif(connection.vendor != "sqlite", reason="told by SQLite's planner")
def test_what_is_old_is_found_without_a_look_at_all_that_is_kept(site: Site) -> None:
    aged(site, 1)
    with CaptureQueriesContext(connection) as captured:
        prune(Retention(days=90))
    asked = [each["sql"] for each in captured if each["sql"].startswith("SELECT")]
    steps = []
    with connection.cursor() as cursor:
        for statement in asked:
            plan = cursor.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
            steps.append(plan[0][3])
    assert len(steps) == 16
    scans = [step for step in steps if not step.startswith("SEARCH")]
    # a handful each
    assert scans == [
        "SCAN dashboard_pauserecord",
        "SCAN dashboard_processspan",
        "SCAN dashboard_spoolproblem",
        "SCAN axes_accessattempt",
    ]


def test_what_waits_or_runs_is_never_forgotten(site: Site) -> None:
    site.write(SUBMIT)
    site.send("submit-job")
    then = timezone.now() - timedelta(days=1000)
    Run.objects.update(queued_at=then)
    EventRecord.objects.update(accepted_at=then)
    JobRecord.objects.update(last_event=then)
    prune(Retention(days=90))
    assert site.states() == ["queued"]
    assert EventRecord.objects.exists()
    assert JobRecord.objects.exists()
