"""How runs are given out, and what becomes of their outcomes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import RollUp, Run, RunOutput, ScriptVersion
from dashboard.store.configuration import pauses
from dashboard.store.runs.store import LOST
from qubecb.runner.outcome import Action, RunState
from tests.dashboard import factories
from tests.dashboard.factories import JO
from tests.dashboard.store.site import WORKER, Site, ended

SUBMIT = "a.py = submit-job-self\n"


def queue(
    site: Site, configuration: str, count: int, event: str = "submit-job"
) -> None:
    """Queue `count` runs of each mapping."""
    site.write(configuration)
    for job in range(10, 10 + count):
        site.send(event, job=job)


def test_a_claimed_run_is_running_under_the_workers_name(site: Site) -> None:
    queue(site, SUBMIT, 1)
    [order] = site.claim()
    run = Run.objects.get()
    assert (run.state, run.worker, str(run.pk)) == ("running", WORKER, order.run_id)
    assert run.started_at is not None


def test_an_order_names_the_trigger_of_its_mapping(site: Site) -> None:
    queue(site, SUBMIT, 1)
    assert [order.trigger for order in site.claim()] == ["submit-job-self"]


@pytest.mark.parametrize(
    "refused",
    [{"exit": 2**70}, {"grandchildren": 2**70}, {"traceback": {"x": float("nan")}}],
    ids=["exit", "grandchildren", "traceback"],
)
def test_an_outcome_that_is_refused_changes_nothing_and_is_taken_without_its_contents(
    site: Site, refused: dict[str, Any]
) -> None:
    queue(site, SUBMIT, 1)
    [order] = site.claim()
    outcome = ended(order, RunState.FAILED, **refused)
    with pytest.raises((DatabaseError, OverflowError)) as trouble:
        site.record(outcome)
    assert site.states() == ["running"]
    site.record(outcome.without_contents(trouble.value))
    assert site.states() == ["failed"]
    assert "could not be stored" in Run.objects.get().reason


def test_a_run_is_claimed_once(site: Site) -> None:
    queue(site, SUBMIT, 1)
    assert len(site.claim()) == 1
    assert site.claim() == ()


def test_never_more_are_claimed_than_there_are_free_slots(site: Site) -> None:
    queue(site, "a.py = submit-job-self\nb.py = submit-job-self\n", 8)
    assert len(site.claim(free=3)) == 3


def test_one_callback_gets_half_of_the_slots(site: Site) -> None:
    queue(site, SUBMIT, 8)
    assert len(site.claim()) == 4
    assert site.claim(free=4, running={site.key("a.py"): 4}) == ()


def test_a_callback_gets_as_many_slots_as_it_asks_for(site: Site) -> None:
    queue(site, f"# qubecb: concurrency=1\n{SUBMIT}", 3)
    assert len(site.claim()) == 1


def test_a_long_queue_of_one_callback_holds_up_no_other(site: Site) -> None:
    queue(site, SUBMIT, 50)
    site.write(f"{SUBMIT}z.py = failed-job-self\n")
    site.send("submit-job", job=99)
    site.send("failed-job", job=99)
    files = [order.file for order in site.claim(free=2)]
    assert sorted(files) == ["a.py", "z.py"]


def test_callbacks_take_turns_when_slots_are_few(site: Site) -> None:
    mappings = "".join(f"{name}.py = submit-job-self\n" for name in "abc")
    queue(site, mappings, 2)
    files = [site.claim(free=1)[0].file for _ in range(6)]
    assert files == ["a.py", "b.py", "c.py"] * 2


def test_runs_of_one_callback_are_given_out_in_order(site: Site) -> None:
    queue(site, SUBMIT, 4)
    assert [order.job.id for order in site.claim()] == [10, 11, 12, 13]


def test_an_order_carries_the_event_the_job_and_the_limits(site: Site) -> None:
    site.write(f"# qubecb: timeout=300 memory=4G\n{SUBMIT}")
    site.send("submit-job", job=5042, name="shot", user="jo", priority=3)
    [order] = site.claim()
    assert order.event.spec == "submit-job"
    assert (order.job.id, order.job.name, order.job.user) == (5042, "shot", "jo")
    assert (order.limits.timeout, order.limits.memory) == (300, 4 * 2**30)


def test_a_callback_paused_after_planning_is_not_given_out(site: Site) -> None:
    queue(site, SUBMIT, 2)
    pauses.pause(str(site.directory), "a.py", "the disk is full", None, JO)
    assert site.claim() == ()
    assert site.states() == ["suppressed", "suppressed"]
    assert Run.objects.all()[0].reason == "the callback is paused: the disk is full"
    assert RollUp.objects.get().suppressed == 2


def test_an_outcome_is_recorded_with_output_script_and_actions(site: Site) -> None:
    queue(site, SUBMIT, 1)
    [order] = site.claim()
    action = Action("kill", ("7",), ("7.0",))
    outcome = ended(
        order,
        text=b"one\nlast\n\n",
        actions=(action,),
        script=b"print()",
        script_sha256="ab" * 32,
    )
    site.record(outcome)
    run = Run.objects.get()
    assert (run.state, run.last_line) == ("succeeded", "last")
    assert run.actions == [action.as_dict()]
    assert bytes(RunOutput.objects.get(run=run).head) == b"one\nlast\n\n"
    assert bytes(ScriptVersion.objects.get().content) == b"print()"


def test_the_last_thing_a_failed_run_said_is_its_exception(site: Site) -> None:
    queue(site, SUBMIT, 1)
    [order] = site.claim()
    told = {"type": "KeyError", "message": "'shot'\nsecond", "frames": [], "locals": {}}
    text = b"KeyError: 'shot'\nLocal variables:\n  i = 39\n"
    site.record(ended(order, RunState.FAILED, text=text, traceback=told))
    assert Run.objects.get().last_line == "KeyError: 'shot'"


@pytest.mark.parametrize(
    ("state", "reason", "text", "kind"),
    [
        (RunState.FAILED, "exited with status 2", b"job 7 is gone\n", "job … is gone"),
        (RunState.FAILED, "exited with status 2", b"", "exited with status 2"),
        (RunState.FAILED, "a.qcb:3: no job 7", b"", "a.qcb:…: no job …"),
        (RunState.TIMED_OUT, "stopped after 60 s", b"x\n", "timed out"),
        (RunState.CRASHED, "killed by signal 9", b"x\n", "killed by signal 9"),
        (RunState.SUCCEEDED, "", b"x\n", ""),
    ],
)
def test_failures_of_one_kind_have_their_words_in_common(
    site: Site, state: RunState, reason: str, text: bytes, kind: str
) -> None:
    queue(site, SUBMIT, 1)
    [order] = site.claim()
    site.record(ended(order, state, text=text, reason=reason))
    assert Run.objects.get().signature == kind


def test_a_run_that_wrote_nothing_has_no_output_row(site: Site) -> None:
    queue(site, SUBMIT, 1)
    site.record(ended(site.claim()[0]))
    assert not RunOutput.objects.exists()


def test_an_outcome_is_counted_in_its_hour(site: Site) -> None:
    queue(site, SUBMIT, 2)
    first, second = site.claim()
    site.record(ended(first))
    site.record(ended(second, RunState.FAILED))
    counted = RollUp.objects.get()
    assert (counted.succeeded, counted.failed) == (1, 1)
    assert sum(counted.durations) == 2
    assert counted.seconds == pytest.approx(0.5)


def test_text_that_no_database_can_hold_is_recorded_without_it(site: Site) -> None:
    queue(site, SUBMIT, 1)
    [order] = site.claim()
    told = {"type": "Error", "message": "a\0b\udc80", "frames": []}
    site.record(
        ended(order, RunState.FAILED, b"\xff\x00end", reason="\0\udc80", traceback=told)
    )
    run = Run.objects.get()
    assert run.traceback is not None
    assert run.traceback["message"] == "a\ufffdb?"


def test_runs_of_a_dead_worker_are_lost(site: Site) -> None:
    queue(site, SUBMIT, 1)
    site.claim()
    assert site.store.bury("another") == 1
    run = Run.objects.get()
    assert (run.state, run.reason) == ("lost", LOST)
    assert RollUp.objects.get().lost == 1


def test_runs_of_a_living_worker_are_left_alone(site: Site) -> None:
    queue(site, SUBMIT, 1)
    site.claim()
    assert site.store.bury(WORKER) == 0
    factories.heartbeat(name=WORKER)
    assert site.store.bury("another") == 0
    assert site.states() == ["running"]


def test_a_late_outcome_replaces_lost(site: Site) -> None:
    queue(site, SUBMIT, 1)
    [order] = site.claim()
    site.store.bury("another")
    site.record(ended(order))
    assert site.states() == ["succeeded"]
    counted = RollUp.objects.get()
    assert (counted.lost, counted.succeeded) == (0, 1)


def test_an_outcome_replaces_no_other_outcome(site: Site) -> None:
    queue(site, SUBMIT, 1)
    [order] = site.claim()
    site.record(ended(order))
    site.record(ended(order, RunState.FAILED))
    assert site.states() == ["succeeded"]
    assert RollUp.objects.get().failed == 0


def test_a_run_whose_event_is_gone_says_so(site: Site) -> None:
    queue(site, SUBMIT, 1)
    Run.objects.update(event=999)
    assert not site.claim()
    assert Run.objects.get().state == "failed"
    assert "event" in Run.objects.get().reason
    assert RollUp.objects.get().failed == 1


def test_a_test_whose_event_is_gone_is_not_counted(site: Site) -> None:
    queue(site, SUBMIT, 1)
    Run.objects.update(event=999, test=True)
    assert not site.claim()
    assert not RollUp.objects.exists()


def test_claiming_costs_the_same_however_long_the_queue(site: Site) -> None:
    counts = []
    for length in (1, 40):
        queue(site, SUBMIT, length)
        with CaptureQueriesContext(connection) as queries:
            site.claim(free=1)
        counts.append(len(queries))
    assert counts[0] == counts[1]
