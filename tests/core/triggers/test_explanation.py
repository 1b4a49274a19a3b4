"""Triggers in plain English, and as a tree that JSON can hold."""

from __future__ import annotations

import json

import pytest

from qubecb.triggers import explain, explain_tree, parse
from qubecb.triggers.vocabulary import EVENT_NAMES

MOMENTS = {
    "complete-job-self": "when the job completes",
    "running-job-19294": "when job 19294 starts running",
    "complete-subjob-self-2": "when instance 2 of the job completes",
    "done-job-hello": 'when the group\'s "hello" job is done',
    "failed-work-self-*": "when any agenda item of the job fails",
    "removed-job-self": "when the job is removed",
    "unblock-job-1234": "when job 1234 is unblocked",
    "submit-job-self": "when the job is submitted",
    "killed-job-parent": "when the parent job is killed",
    "done-subjob-parent-*": "when any instance of the parent job is done",
    "complete-work-render-5": (
        'when agenda item 5 of the group\'s "render" job completes'
    ),
    "timeout-work-self-*": "when any agenda item of the job times out",
    "assigned-host-self-node7": "when host node7 of the job is assigned",
    "assigned-work-self-*": "when any agenda item of the job gets a host",
    "published-job-self": 'when the job gets the event "published"',
    "complete-job-self || failed-job-self || killed-job-self": (
        "when the job completes, fails or is killed"
    ),
    "failed-job-self || failed-job-parent": (
        "when the job fails or the parent job fails"
    ),
}
TIMES = {
    "dummy-time-self-79290600": "at 2002-07-06 22:10:00 UTC",
    "dummy-repeat-self-0-300": (
        "every 5 minutes from 2000-01-01 05:00:00 UTC until the job is done"
    ),
    "globaltime-10000": "once for the whole site at 2000-01-01 07:46:40 UTC",
    "globalrepeat-10000-3600": (
        "every hour for the whole site from 2000-01-01 07:46:40 UTC"
    ),
    "global": "never: a plain global has no time",
    "dummy-time-self-0 || done-job-self": (
        "when the job is done, or at 2000-01-01 05:00:00 UTC"
    ),
}
REMEMBERED = {
    "complete-job-self && complete-job-parent": (
        "once the job has completed and the parent job has completed, "
        "both since the job's submission"
    ),
    "submit-job-self && running-job-self && done-job-self": (
        "once the job has been submitted, has started running and is done, "
        "all since the job's submission"
    ),
    "(done-job-parent || failed-work-self-*) && running-job-self": (
        "once (the parent job is done or any agenda item of the job has failed) "
        "and the job has started running, counted since the job's submission"
    ),
    "complete-job-a && complete-job-b || killed-job-self": (
        'once (the group\'s "a" job has completed and the group\'s "b" job has '
        "completed) or the job has been killed, counted since the job's submission"
    ),
    "dummy-time-self-0 && done-job-self": (
        "once it is past 2000-01-01 05:00:00 UTC and the job is done, "
        "both since the job's submission"
    ),
    "dummy-repeat-self-0-60 && done-job-self": (
        "once a full minute from 2000-01-01 05:00:00 UTC has passed and "
        "the job is done, both since the job's submission"
    ),
}


@pytest.mark.parametrize(("text", "words"), {**MOMENTS, **TIMES, **REMEMBERED}.items())
def test_a_trigger_is_one_english_sentence(text: str, words: str) -> None:
    assert explain(parse(text)) == words


@pytest.mark.parametrize("name", [name for name in EVENT_NAMES if name != "dummy"])
def test_every_known_event_has_words_of_its_own(name: str) -> None:
    assert "gets the event" not in explain(parse(f"{name}-job-self"))


def test_how_a_trigger_is_written_does_not_change_its_words() -> None:
    plain, odd = parse(r"failed-work-self-*"), parse(r"( failed-work-self-\* )")

    assert explain(plain) == explain(odd)


def test_the_tree_has_a_node_for_each_operator_and_event() -> None:
    tree = explain_tree(parse("a-job-self && (b-job-self || done-work-7-*)"))

    assert tree["root"]["kind"] == "and"
    assert [item["kind"] for item in tree["root"]["items"]] == ["event", "or"]
    assert tree["root"]["items"][1]["items"][1] == {
        "kind": "event",
        "start": 29,
        "end": 42,
        "spec": "done-work-7-*",
        "name": "done",
        "type": "work",
        "context": "7",
        "context_kind": "job",
        "extra": "*",
        "known": True,
        "text": "any agenda item of job 7 is done",
    }


def test_the_tree_survives_json() -> None:
    tree = explain_tree(parse("finished-job-self or globaltime-5"))

    assert json.loads(json.dumps(tree)) == tree


def test_the_tree_tells_the_notes() -> None:
    (note,) = explain_tree(parse("failed-job-self-*"))["notes"]

    assert (note["code"], note["start"], note["replacement"]) == (
        "star-extra-on-job",
        15,
        "",
    )
