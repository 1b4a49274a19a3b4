"""`POST /api/why`: one answer, or one a mapping; what is not there is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashboard.store.configuration.editing import observe_all
from dashboard.store.past import asking
from tests.dashboard.api.test_firing import COMPLETE, SUBMIT, dispatch

UNSTORABLE = ("\ud800", "a\0b")


@pytest.fixture
def farm(operator: Any, callbacks: Path) -> Any:
    """Job 5042 was submitted, and completed."""
    observe_all()
    for event in ({**SUBMIT, "id": "e-1"}, {**COMPLETE, "id": "e-2"}):
        assert operator.post("/api/events", event).status_code == 202
    dispatch()
    return operator


def test_a_viewer_is_told_why_a_callback_did_not_run(farm: Any, caller: Any) -> None:
    body = {"file": "submitted.py", "event": "e-2"}
    answer = caller("viewer").post("/api/why", body)
    assert answer.status_code == 200
    assert answer.json()["cause"]["code"] == "other-name"
    assert answer.json()["revision_number"] == 1


def test_a_source_of_events_is_not(farm: Any, caller: Any) -> None:
    answer = caller("intake").post("/api/why", {"event": "e-2"})
    assert answer.status_code == 403


def test_without_a_file_every_mapping_has_an_answer(farm: Any) -> None:
    found = farm.post("/api/why", {"event": "e-2"}).json()
    assert found["next"] is None
    assert {each["file"]: each["cause"]["code"] for each in found["items"]} == {
        "submitted.py": "other-name",
        "mail-status.qcb": "queued",
        "checkWork.pl": "other-type",
        "both.py": "waiting-for",
        "broken.py": "broken-line",
    }


def test_a_job_is_judged_by_the_event_that_came_furthest(farm: Any) -> None:
    found = farm.post("/api/why", {"job": 5042}).json()["items"]
    told = {each["file"]: (each["cause"]["code"], each["event"]) for each in found}
    assert told["submitted.py"] == ("queued", "e-1")
    assert told["both.py"] == ("waiting-for", "e-2")
    assert told["checkWork.pl"] == ("no-event", None)


def test_pages_follow_one_another(farm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST", 2)
    files, cursor = [], None
    for _ in range(3):
        page = farm.post("/api/why", {"job": 5042, "cursor": cursor}).json()
        files.append([each["file"] for each in page["items"]])
        cursor = page["next"]
    assert files == [
        ["both.py", "broken.py"],
        ["checkWork.pl", "mail-status.qcb"],
        ["submitted.py"],
    ]
    assert cursor is None


def test_a_job_that_nobody_knows_is_said_to_be_unknown(farm: Any) -> None:
    found = farm.post("/api/why", {"job": 99, "file": "both.py"})
    assert found.json()["cause"]["code"] == "unknown-job"


@pytest.mark.parametrize(
    "body", [{"event": "e-2", "file": "none.py"}, {"event": "e-99"}], ids=str
)
def test_a_file_or_an_event_that_nobody_knows_is_not_found(
    farm: Any, body: dict[str, Any]
) -> None:
    assert farm.post("/api/why", body).status_code == 404


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "event"),
        ({"file": "both.py", "job": 5042, "since": "1h"}, "since"),
        ({"job": 5042, "until": "1h"}, "until"),
        ({"file": "both.py", "since": "soon"}, "since"),
        ({"file": "both.py", "since": "1h", "until": "2h"}, "since"),
        ({"file": "both.py", "cursor": "a/b"}, "cursor"),
        ({"job": "007"}, "job"),
        ({"job": 0}, "job"),
        ({"job": True}, "job"),
        ({"event": ""}, "event"),
        *(({"event": each}, "event") for each in UNSTORABLE),
        *(({"job": 5042, "file": each}, "file") for each in UNSTORABLE),
        *(({"file": each}, "file") for each in (*UNSTORABLE, "x" * 256)),
        ({"file": "both.py", "directory": "\ud800"}, "directory"),
        ({"event": "e-2", "cursor": 5}, "cursor"),
        ({"event": "e-2", "directory": "/qube"}, "directory"),
        ({"event": "e-2", "file": "both.py", "directory": "/none"}, "directory"),
        ({"event": "e-2", "cursor": "x"}, "cursor"),
        ({"event": "e-2", "more": 1}, "more"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_told(
    farm: Any, body: dict[str, Any], path: str
) -> None:
    answer = farm.post("/api/why", body)
    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()] == [path]
