"""Events come in: whole or not at all, and never twice."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.models import EventRecord
from dashboard.store.intake import acceptance

FAILED: dict[str, Any] = {
    "name": "failed",
    "type": "work",
    "extra": "7",
    "time": 1764000000.25,
    "job": {"id": 5042, "name": "shot_010", "user": "jo", "prod_show": "dune"},
}


def event(**changes: Any) -> dict[str, Any]:
    """An event with some members changed."""
    return {**FAILED, **changes}


def test_one_event_is_stored(operator: Any) -> None:
    answer = operator.post("/api/events", event(id="a-1"))
    assert answer.status_code == 202
    assert answer.json() == {"accepted": 1, "duplicates": 0, "ids": ["a-1"]}
    assert EventRecord.objects.get().job["prod_show"] == "dune"


def test_who_sent_it_is_kept(operator: Any) -> None:
    operator.post("/api/events", FAILED)
    record = EventRecord.objects.get()
    assert (record.source, record.actor) == ("api", "operator program")


def test_an_event_without_an_id_gets_one(operator: Any) -> None:
    (identity,) = operator.post("/api/events", FAILED).json()["ids"]
    assert operator.get(f"/api/events/{identity}").json()["spec"] == "failed-work-7"


def test_a_time_of_the_job_that_has_not_come_is_null(operator: Any) -> None:
    agenda = [{"name": "7", "timestart": 0}]
    job = {"id": 7, "timestart": 946702800, "timesubmit": 1764000000, "agenda": agenda}
    (identity,) = operator.post("/api/events", event(job=job)).json()["ids"]
    told = operator.get(f"/api/events/{identity}").json()["job"]
    assert (told["timestart"], told["timesubmit"]) == (None, 1764000000)
    assert told["agenda"] == [{"name": "7", "timestart": None}]


@pytest.mark.parametrize("extra", [{}, {"extra": None}, {"extra": ""}], ids=str)
@pytest.mark.parametrize("kind", ["subjob", "work", "host"])
def test_an_event_need_not_say_which_item_it_is_about(
    operator: Any, kind: str, extra: dict[str, Any]
) -> None:
    sent = {"name": "failed", "type": kind, "job": {"id": 7001}, **extra}
    (identity,) = operator.post("/api/events", sent).json()["ids"]
    told = operator.get(f"/api/events/{identity}").json()
    assert (told["extra"], told["spec"]) == (None, f"failed-{kind}")


def test_a_list_is_stored_in_order(operator: Any) -> None:
    sent = [event(id=f"e{n}") for n in range(3)]
    assert operator.post("/api/events", sent).json()["ids"] == ["e0", "e1", "e2"]


def test_the_same_id_twice_is_accepted_once(operator: Any) -> None:
    sent = [event(id="a"), event(id="a"), event(id="b")]
    answer = operator.post("/api/events", sent).json()
    assert (answer["accepted"], answer["duplicates"]) == (2, 1)
    assert operator.post("/api/events", event(id="b")).json()["duplicates"] == 1


def test_an_empty_list_is_no_trouble(operator: Any) -> None:
    assert operator.post("/api/events", []).json()["accepted"] == 0


def test_one_bad_event_keeps_the_whole_list_out(operator: Any) -> None:
    answer = operator.post("/api/events", [FAILED, event(name="no name")])
    assert answer.status_code == 422
    assert [problem["index"] for problem in answer.json()] == [1]
    assert not EventRecord.objects.exists()


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ({}, "name"),
        (event(name=5), "name"),
        (event(type="render"), "type"),
        (event(type="time"), "type"),
        (event(type="job"), "extra"),
        (event(extra=["7"]), "extra"),
        (event(id=""), "id"),
        (event(id="x" * 201), "id"),
        (event(time="soon"), "time"),
        (event(job=5042), "job"),
        (event(job={}), "job.id"),
        (event(job={"id": "007"}), "job.id"),
        (event(job={"id": 0}), "job.id"),
        (event(job={"id": -1}), "job.id"),
        (event(job={"id": True}), "job.id"),
        (event(job={"id": 1, "name": None}), "job.name"),
        (event(job={"id": 1, "name": "a\0b"}), "job.name"),
        (event(job={"id": 1, "notes": ["\ud800"]}), "job.notes.0"),
        (event(status="running"), "status"),
        ("an event", ""),
        (None, ""),
        (7, ""),
        ([[FAILED]], ""),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(operator: Any, sent: Any, path: str) -> None:
    answer = operator.post("/api/events", sent)
    assert answer.status_code == 422
    assert path in [problem["path"] for problem in answer.json()]
    assert {"index", "path", "message"} == set(answer.json()[0])
    assert not EventRecord.objects.exists()


def test_many_problems_are_cut(operator: Any) -> None:
    answer = operator.post("/api/events", [{}] * 1000)
    assert len(answer.json()) == 100


def test_a_list_has_at_most_ten_thousand_events(operator: Any) -> None:
    answer = operator.post("/api/events", [None] * 10_001)
    assert answer.status_code == 422
    (problem,) = answer.json()
    assert "at most 10,000 events, and this one has 10,001" in problem["message"]
    problems = operator.post("/api/events", [None] * 10_000).json()
    assert "10,000" not in problems[0]["message"]


def test_a_list_that_would_pass_the_bound_is_refused_as_a_whole(
    operator: Any, settings: Any
) -> None:
    settings.ENVIRONMENT = type(settings.ENVIRONMENT)({"QUBECB_BACKLOG": "4"})
    acceptance._BACKLOG.counted_at = float("-inf")
    assert operator.post("/api/events", [event(), event()]).status_code == 202
    assert operator.post("/api/events", [event(), event(), event()]).status_code == 429
    assert operator.post("/api/events", [event(), event()]).status_code == 202
    assert operator.post("/api/events", FAILED).status_code == 429
    assert EventRecord.objects.count() == 4


def test_a_list_that_could_never_wait_is_not_told_to_come_again(
    operator: Any, settings: Any
) -> None:
    settings.ENVIRONMENT = type(settings.ENVIRONMENT)({"QUBECB_BACKLOG": "2"})
    answer = operator.post("/api/events", [event(), event(), event()])
    assert answer.status_code == 422
    assert "QUBECB_BACKLOG" in answer.json()[0]["message"]


def test_a_flood_is_told_when_to_come_again(operator: Any, settings: Any) -> None:
    operator.post("/api/events", [event(), event(), event()])
    settings.ENVIRONMENT = type(settings.ENVIRONMENT)({"QUBECB_BACKLOG": "1"})
    answer = operator.post("/api/events", FAILED)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert EventRecord.objects.count() == 3


@pytest.mark.parametrize("identity", ["nothing", "a/b", "%00", "x" * 500, "é"])
def test_an_event_that_there_is_not_is_404(operator: Any, identity: str) -> None:
    answer = operator.get(f"/api/events/{identity}")
    assert answer.status_code == 404
    assert answer.json()["detail"]


def test_an_id_with_a_slash_can_be_asked_for(operator: Any) -> None:
    operator.post("/api/events", event(id="farm/5042 é"))
    answer = operator.get("/api/events/farm/5042 é")
    assert answer.json()["id"] == "farm/5042 é"


def test_an_event_of_too_many_values_is_refused(operator: Any) -> None:
    body = (
        '{"name": "failed", "type": "job", "job": {"id": 7, "a": [' + "[]," * 1_000_000
    )
    answer = operator.post("/api/events", f"{body}1]}}}}")
    assert answer.status_code == 422
    message = "the body has more than 1,000,000 values"
    assert answer.json() == [{"index": None, "path": "", "message": message}]
    assert not EventRecord.objects.exists()
