"""How accepted events become runs: order, binding, lives, what stops a callback, remarks."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.lives import follow
from qubecb.dispatch.ports.configuration import MappingKey, Pause
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob, ProgressKey
from qubecb.dispatch.verdict import uncounted
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.jobs.ids import JobId
from tests.core.dispatch.site import FOLDER, Site

BOTH = "complete-job-self && complete-job-parent"


def test_runs_are_queued_in_order_of_events_jobs_and_lines() -> None:
    site = Site({"b.py": "failed-job-parent", "a.py": "failed-job-parent"})
    for job in (12, 11):
        site.happen("submit-job", job=job, pid=10)
    assert site.happen("failed-job", "failed-job", job=10) == 2 * [
        (11, "b.py"),
        (11, "a.py"),
        (12, "b.py"),
        (12, "a.py"),
    ]


def test_a_run_names_its_event_trigger_and_revision() -> None:
    site = Site({"a.py": "failed-job-self"})
    sequence = site.send("failed-job")
    site.plan()
    (run,) = site.store.runs
    assert (run.sequence, run.trigger, run.revision) == (sequence, "failed-job-self", 1)


def test_a_step_plans_at_most_what_it_is_told() -> None:
    site = Site({})
    for _ in range(5):
        site.send("running-job")
    assert [site.dispatcher.step(2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_step_that_took_less_than_it_could_left_nothing() -> None:
    site = Site({})
    behind = [site.dispatcher.behind]
    for _ in range(3):
        site.send("running-job")
    for _ in range(2):
        site.dispatcher.step(2)
        behind.append(site.dispatcher.behind)
    assert behind == [True, True, False]


def test_a_step_that_failed_left_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site({})
    site.plan()
    assert not site.dispatcher.behind
    site.send("running-job")
    monkeypatch.setattr(site.store, "in_force", [])
    with pytest.raises(IndexError):
        site.dispatcher.step()
    assert site.dispatcher.behind


# Binding.


def test_a_job_keeps_the_configuration_of_its_submission() -> None:
    site = Site({"old.py": "failed-job-self"})
    site.happen("submit-job")
    site.edit({"new.py": "failed-job-self"})
    assert site.happen("failed-job") == [(7, "old.py")]
    assert site.happen("failed-job", job=8) == [(8, "new.py")]


def test_an_edit_counts_for_events_accepted_after_it() -> None:
    site = Site({"old.py": "failed-job-self"})
    site.send("submit-job")
    site.edit({"new.py": "failed-job-self"})
    assert site.happen("failed-job") == [(7, "old.py")]


def test_under_live_binding_every_event_uses_the_configuration_of_now() -> None:
    site = Site({"old.py": "failed-job-self"}, binding="live")
    site.happen("submit-job")
    site.edit({"new.py": "failed-job-self"})
    assert site.happen("failed-job") == [(7, "new.py")]


def test_a_job_submitted_again_has_the_configuration_of_then() -> None:
    site = Site({"old.py": "failed-job-self"})
    site.happen("submit-job", "removed-job")
    site.edit({"new.py": "failed-job-self"})
    assert site.happen("submit-job", "failed-job") == [(7, "new.py")]


# Lives.


def test_the_callbacks_of_a_removal_run_and_nothing_after_it() -> None:
    site = Site({"a.py": "removed-job-self || failed-job-self"})
    site.happen("submit-job")
    assert site.happen("removed-job", "removed-job", "failed-job") == [(7, "a.py")]
    assert site.store.jobs[7].removed


def test_a_job_first_heard_of_by_its_removal_runs_its_callbacks() -> None:
    site = Site({"a.py": "removed-job-self"})
    assert site.happen("removed-job") == [(7, "a.py")]


def test_the_events_of_a_removed_parent_still_count_for_its_children() -> None:
    site = Site({"a.py": "failed-work-parent-*"})
    site.happen("submit-job", job=8, pid=7)
    assert site.happen("submit-job", "removed-job", "failed-work-1") == [(8, "a.py")]


@pytest.mark.parametrize("limit", [1, 500])
def test_memory_ends_with_the_job(limit: int) -> None:
    site = Site({"a.py": BOTH})
    for spec, job in (
        ("submit-job", 7),
        ("complete-job", 6),
        ("removed-job", 7),
        ("submit-job", 7),
        ("complete-job", 7),
    ):
        site.send(spec, job, pid=6 if job == 7 else 0)
    assert site.plan(limit) == []
    assert site.happen("complete-job", job=6) == [(7, "a.py")]


@pytest.mark.parametrize("limit", [1, 500])
def test_a_second_submission_is_a_new_job_that_keeps_what_it_tells(limit: int) -> None:
    site = Site({})
    fields = {"mailaddress": "jo@example.com"}
    site.send("submit-job", pid=6, pgrp=6, label="a", user="jo", fields=fields)
    site.send("running-job")
    site.send("complete-job")
    site.now += 60
    site.send("submit-job", name="new")
    site.plan(limit)
    moment = int(site.now)
    told = MappingProxyType({"timesubmit": moment, "lastupdate": moment})
    new = Job(7, name="new", status="pending", fields=told)
    assert site.store.jobs[7].job == new


def test_a_second_submission_begins_the_job_again() -> None:
    site = Site({"a.py": BOTH})
    site.happen("submit-job", pid=6)
    site.happen("complete-job", job=6)
    assert site.happen("submit-job", "complete-job") == []


def test_memory_is_stored_and_cleared_when_it_fires() -> None:
    site = Site({"a.py": BOTH})
    site.happen("submit-job", pid=6)
    site.happen("complete-job", job=6)
    key = ProgressKey(7, FOLDER, "a.py", BOTH)
    assert site.store.memory[key] == {"complete-job-parent": 2}
    site.restart()
    assert site.happen("complete-job") == [(7, "a.py")]
    assert key not in site.store.memory


def test_the_history_of_done_begins_with_the_submission() -> None:
    site = Site({"a.py": "done-work-self-1"})
    assert site.happen("submit-job", "failed-work-1") == [(7, "a.py")]
    assert site.happen("done-work-1") == []
    assert site.happen("submit-job", "done-work-1") == [(7, "a.py")]


def test_a_parent_that_completed_before_the_submission_does_not_count() -> None:
    site = Site({"a.py": BOTH})
    site.happen("complete-job", job=6)
    site.happen("submit-job", pid=6)
    assert site.happen("complete-job") == []


def test_a_job_without_an_event_for_a_month_is_not_attached() -> None:
    site = Site({"a.py": "failed-job-parent || failed-job-self"})
    site.happen("submit-job", pid=6)
    site.now += 31 * 86400
    assert site.happen("failed-job", job=6) == [(6, "a.py")]
    assert site.happen("failed-job") == [(7, "a.py")]
    assert site.happen("failed-job", job=6) == [(6, "a.py"), (7, "a.py")]


@pytest.mark.parametrize("limit", [1, 500])
@pytest.mark.parametrize(
    "trigger", ["failed-job-parent", "failed-job-x", "failed-job-6"]
)
def test_a_removed_job_hears_of_no_other_any_more(trigger: str, limit: int) -> None:
    site = Site({"a.py": trigger})
    for spec, job in (
        ("submit-job", 6),
        ("submit-job", 7),
        ("failed-job", 6),
        ("removed-job", 7),
        ("failed-job", 6),
    ):
        site.send(
            spec, job, label="x" if job == 6 else "y", pid=6 if job == 7 else 0, pgrp=6
        )
    fired = site.plan(limit)
    assert [job for job, _ in fired if job == 7] == [7]


@pytest.mark.parametrize(
    "trigger", ["failed-job-parent", "failed-job-x", "failed-job-6"]
)
def test_an_event_that_is_seen_late_counts_for_no_other_submitted_since(
    trigger: str,
) -> None:
    site = Site({"a.py": trigger})
    site.send("failed-job", job=6, label="x", pgrp=6)
    later = KnownJob(Job(7, pid=6, pgrp=6), binding=2, since=9)
    with site.store.planning() as planning:
        planning.save_jobs([later], [])
    assert (7, "a.py") not in site.plan()


def accepted(sequence: int, name: str) -> AcceptedEvent:
    event = Event(f"late{sequence}", name, "job", None, 0.0, Job(7))
    return AcceptedEvent(sequence, event)


@pytest.mark.parametrize("name", ["submit", "failed"])
def test_an_event_that_is_seen_late_belongs_to_the_job_all_the_same(name: str) -> None:
    stored: dict[JobId, KnownJob] = {7: KnownJob(Job(7), binding=1, since=9)}
    (step,) = follow([accepted(5, name)], stored, lambda _: 2)
    assert step.subject is not None
    assert (step.begins, step.subject.since) == (False, 5)
    assert uncounted(step.subject, 5) is None


def test_a_job_that_was_never_bound_is_bound_by_its_next_event() -> None:
    stored: dict[JobId, KnownJob] = {7: KnownJob(Job(7), binding=None, since=3)}
    (step,) = follow([accepted(5, "failed")], stored, lambda _: 2)
    assert step.subject is not None
    assert (step.begins, step.subject.binding, step.subject.since) == (True, 2, 3)


# What stops a callback.


def test_a_paused_callback_leaves_a_row_with_the_reason() -> None:
    site = Site({"a.py": "failed-job-self", "b.py": "failed-job-self"})
    site.store.pause(Pause(FOLDER, "a.py", "mails everybody"))
    site.happen("failed-job")
    assert [run.suppressed for run in site.store.runs] == [
        "the callback is paused: mails everybody",
        "",
    ]


@pytest.mark.parametrize(
    ("pause", "reason"),
    [
        (Pause(FOLDER, None, "moving"), "the callback directory is paused: moving"),
        (Pause(None, None, ""), "every callback is paused"),
        (
            Pause(None, None, "x", until=2e9),
            "every callback is paused until 2033-05-18 03:33:20 UTC: x",
        ),
        (Pause("/other", None, "x"), ""),
        (Pause(FOLDER, "b.py", "x"), ""),
        (Pause(None, None, "over", until=1000.0), ""),
    ],
)
def test_a_pause_covers_what_it_says(pause: Pause, reason: str) -> None:
    site = Site({"a.py": "failed-job-self"})
    site.store.pause(pause)
    site.happen("failed-job")
    assert [run.suppressed for run in site.store.runs] == [reason]


def test_a_pause_holds_whatever_the_job_is_bound_to() -> None:
    site = Site({"a.py": "failed-job-self"})
    site.happen("submit-job")
    site.store.pause(Pause(FOLDER, "a.py", "held"))
    site.happen("failed-job")
    assert site.store.runs[0].suppressed


def test_a_suppressed_callback_has_fired_and_its_memory_is_cleared() -> None:
    site = Site({"a.py": "running-job-self && failed-job-self"})
    pause = Pause(None, None, "night")
    site.store.pause(pause)
    site.happen("running-job", "failed-job")
    site.store.resume(pause)
    assert site.happen("failed-job") == []


def test_a_disabled_language_names_the_line_to_write() -> None:
    flags = QubConf(found=True, language_flags=frozenset({"qube", "mail"}))
    site = Site({"a.py": "failed-job-self", "b.qcb": "failed-job-self"}, qb_conf=flags)
    site.happen("failed-job")
    first, second = (run.suppressed for run in site.store.runs)
    assert "python callbacks are disabled by supervisor_language_flags" in first
    assert 'supervisor_language_flags = "qube,python,mail"' in first
    assert second == ""


def test_an_event_for_one_mapping_fires_no_other() -> None:
    site = Site({"a.py": "failed-job-self", "b.py": "failed-job-self"})
    site.send("failed-job", only="b.py")
    assert site.plan() == [(7, "b.py")]


def test_an_event_for_one_mapping_changes_the_memory_of_no_other() -> None:
    site = Site({"a.py": BOTH, "b.py": "failed-job-self"})
    site.happen("submit-job", pid=6)
    site.send("complete-job", only="b.py")
    assert site.plan() == []
    assert site.happen("complete-job", job=6) == []


# Remarks.


def test_an_event_that_fires_for_a_crowd_says_so() -> None:
    site = Site({"a.py": "failed-job-6", "b.py": "failed-job-self"}, crowd=3)
    for job in (1, 2, 3, 6):
        site.happen("submit-job", job=job)
    sequence = site.send("failed-job", job=6)
    assert len(site.plan()) == 5
    assert site.store.remarks == {sequence: "fires a.py for 4 attached jobs"}


def test_an_event_that_fires_for_fewer_says_nothing() -> None:
    site = Site({"a.py": "failed-job-6", "b.py": "failed-job-6"}, crowd=3)
    for job in (1, 2, 6):
        site.happen("submit-job", job=job)
    assert len(site.happen("failed-job", job=6)) == 6
    assert site.store.remarks == {}


def test_the_place_of_a_run_is_its_mapping() -> None:
    site = Site({"a.py": "failed-job-self"})
    site.happen("failed-job")
    assert site.store.runs[0].key == MappingKey(FOLDER, "a.py")
