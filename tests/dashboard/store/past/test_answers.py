"""What an answer tells besides its cause."""

from __future__ import annotations

import time

from dashboard.store.acts.firing import Shot, live, simulate
from qubecb.events import parse_event
from qubecb.why.answer import Joined
from qubecb.why.causes import Code, Step
from tests.dashboard.factories import JO
from tests.dashboard.store.past.farm import CONFIG, Farm


def test_a_remembered_event_spec_tells_since_when_and_by_which_event(
    farm: Farm,
) -> None:
    first = farm.happen("complete-work-1")
    answer = farm.why(farm.happen("complete-work-2"), "both.py")
    one, two = answer.specs
    assert (one.verdict, one.event, two.verdict) == ("remembered", first, "satisfied")
    assert one.since is not None
    assert isinstance(answer.tree, Joined)
    assert answer.tree.holds


def test_an_event_spec_that_was_counted_tells_for_which_run(farm: Farm) -> None:
    first = farm.happen("complete-work-1")
    (run,) = farm.why(farm.happen("complete-work-2"), "both.py").runs
    answer = farm.why(farm.happen("complete-work-2"), "both.py")
    one = answer.specs[0]
    assert (one.verdict, one.run, one.event) == ("counted", run, first)
    assert answer.cause.code is Code.COUNTED_ALREADY
    assert farm.why(first, "both.py").cause.parameters["run"] == run


def test_it_tells_how_often_such_events_come_and_the_nearest(farm: Farm) -> None:
    near = farm.happen("failed-work-7")
    answer = farm.why(farm.happen("complete-job"), "own.py")
    (leaf,) = answer.specs
    assert leaf.seen == 0
    assert leaf.nearest is not None
    assert (leaf.nearest.event, leaf.nearest.differs) == (near, "another type")
    farm.happen("failed-job")
    assert farm.why_job("item.py").specs[0].seen == 1


def test_an_edit_since_then_is_judged_as_well(farm: Farm) -> None:
    farm.site.write(CONFIG.replace("own.py = failed", "own.py = complete"))
    event = farm.happen("complete-job")
    answer = farm.why(event, "own.py")
    assert answer.cause.code is Code.OTHER_NAME
    assert answer.then is not None
    assert answer.now is not None
    assert (answer.then.trigger, answer.now.trigger) == (
        "failed-job-self",
        "complete-job-self",
    )
    assert answer.then.cause == answer.cause
    assert answer.now.cause is None


def test_without_an_edit_there_is_nothing_to_compare(farm: Farm) -> None:
    answer = farm.why(farm.happen("complete-job"), "own.py")
    assert (answer.then, answer.now) == (None, None)


def test_a_pause_tells_who_and_how_many_others_it_kept_back(farm: Farm) -> None:
    farm.pause("own.py")
    farm.happen("failed-job")
    cause = farm.why(farm.happen("failed-job"), "own.py").cause
    assert cause.code is Code.PAUSED
    assert cause.parameters["by"] == "jo"
    assert cause.parameters["reason"] == "mail storm"
    assert cause.parameters["others"] == 1
    assert "paused by jo from" in cause.sentence


def test_a_run_that_ended_has_passed_every_step(farm: Farm) -> None:
    event = farm.happen("failed-job")
    farm.run()
    steps = farm.why(event, "own.py").steps
    assert [each.step for each in steps] == list(Step)
    assert {each.verdict for each in steps} == {"passed"}
    assert all(each.sentence for each in steps)


def test_other_jobs_that_an_event_may_concern_are_named(farm: Farm) -> None:
    farm.happen("submit-job", 8, pid=7, pgrp=7)
    farm.pause("parent.py")
    farm.happen("removed-job", 8)
    (remark,) = farm.why(farm.happen("failed-job"), "parent.py").remarks
    assert "such as 8" in remark


def test_the_job_that_it_ran_for_is_the_one_that_is_meant(farm: Farm) -> None:
    farm.happen("submit-job", 8, pid=7, pgrp=7)
    answer = farm.why(farm.happen("failed-job"), "parent.py")
    assert answer.about.job == 8
    assert answer.cause.code is Code.QUEUED


def test_a_label_of_the_process_group_comes_before_an_id_that_is_text(
    farm: Farm,
) -> None:
    farm.site.write("render.py = failed-job-render\n")
    farm.happen("submit-job", 8, pgrp=8)
    farm.happen("submit-job", "render", pgrp=3)
    before = farm.happen("failed-job", "render")
    farm.happen("submit-job", 9, pgrp=8, label="render")
    after = farm.happen("failed-job", "render")
    assert farm.why(before, "render.py", 8).cause.code is Code.QUEUED
    assert farm.why(after, "render.py", 8).cause.code is Code.OTHER_JOB


def test_a_simulation_is_judged_at_its_time_and_by_its_own_run(farm: Farm) -> None:
    told = {"name": "complete", "type": "work", "extra": "1", "job": {"id": 7}}
    nothing = simulate(Shot(parse_event(told, time.time())), JO)
    assert nothing.event is None
    told = {"name": "failed", "type": "job", "job": {"id": 7}}
    event = simulate(Shot(parse_event(told, time.time())), JO).event
    assert event is not None
    farm.happen("removed-job")
    assert farm.why(event, "own.py").cause.code is Code.QUEUED
    assert farm.why(event, "both.py").cause.code is Code.OTHER_NAME
    assert farm.why_job("own.py").cause.code is Code.NO_EVENT


def test_a_test_of_one_mapping_is_no_submission(farm: Farm) -> None:
    told = {"name": "failed", "type": "job", "job": {"id": 8, "pid": 7}}
    live(Shot(parse_event(told, time.time()), only=farm.site.key("own.py")), JO)
    farm.plan()
    event = farm.happen("failed-job")
    assert farm.why(event, "parent.py", 8).cause.code is Code.BEFORE_SUBMISSION
    farm.happen("submit-job", 8, pid=7)
    assert farm.why(event, "parent.py", 8).cause.code is Code.BEFORE_SUBMISSION
