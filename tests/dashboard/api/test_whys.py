"""`POST /api/why` about a callback and a span, and `GET /api/whys/ID`: the funnel and its answer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from dashboard.models import WhyRecord
from dashboard.service import answering
from dashboard.store.configuration.editing import observe_all
from dashboard.store.past import questions
from tests.dashboard import factories
from tests.dashboard.api.test_firing import COMPLETE, SUBMIT, dispatch


@pytest.fixture
def viewer(operator: Any, callbacks: Path, caller: Any) -> Any:
    """Job 5042 was submitted, and completed."""
    observe_all()
    for event in ({**SUBMIT, "id": "e-1"}, {**COMPLETE, "id": "e-2"}):
        assert operator.post("/api/events", event).status_code == 202
    dispatch()
    return caller("viewer")


def asked(viewer: Any, file: str = "both.py", **more: Any) -> str:
    answer = viewer.post("/api/why", {"file": file, **more})
    assert answer.status_code == 202
    return f"/api/whys/{answer.json()['id']}"


def answered() -> None:
    claimed = questions.claim()
    assert claimed is not None
    answering.answer(claimed)


def counts(found: Any) -> dict[str, int]:
    return {each["step"]: each["count"] for each in found["funnel"]}


def test_a_callback_and_a_span_are_answered_in_the_background(viewer: Any) -> None:
    address = asked(viewer)
    found = viewer.get(address).json()
    assert (found["state"], found["progress"], found["funnel"]) == ("running", 0.0, [])
    answered()
    found = viewer.get(address).json()
    assert (found["state"], found["progress"]) == ("done", 1.0)
    assert counts(found) == {
        **{"of-kind": 1, "right-job": 1, "trigger-true": 0},
        **{"kept-back": 0, "started": 0, "ended-well": 0},
    }
    assert found["cause"]["code"] == "waiting-for"
    assert found["answer"].startswith("both.py did not run between ")
    assert (found["event"], found["job"], found["revision_number"]) == ("e-2", 5042, 1)


def test_seven_days_are_meant_unless_others_are_said(viewer: Any) -> None:
    asked(viewer)
    asked(viewer, since="2h", until="1h")
    week, hour = WhyRecord.objects.order_by("pk")
    assert week.until - week.since == timedelta(days=7)
    assert timedelta(minutes=59) < hour.until - hour.since < timedelta(minutes=61)


def test_what_came_before_the_span_is_not_in_it(viewer: Any) -> None:
    factories.event(sequence=0)  # nothing was pruned
    address = asked(viewer, since="2h", until="1h")
    answered()
    found = viewer.get(address).json()
    assert counts(found)["of-kind"] == 0
    assert found["cause"]["code"] == "no-event"


def test_an_unknown_file_is_not_found(viewer: Any) -> None:
    assert viewer.post("/api/why", {"file": "never.py"}).status_code == 404


def test_it_ends_when_nobody_asks_for_it(viewer: Any) -> None:
    address = asked(viewer)
    claimed = questions.claim()
    assert claimed is not None
    assert questions.go_on(claimed, 0.5)
    long_ago = timezone.now() - timedelta(seconds=questions.PATIENCE + 1)
    WhyRecord.objects.update(asked_at=long_ago)
    assert not questions.go_on(claimed, 0.6)
    viewer.get(address)
    assert questions.go_on(claimed, 0.6)


def test_one_that_nobody_asks_for_any_more_is_not_begun(viewer: Any) -> None:
    address = asked(viewer)
    long_ago = timezone.now() - timedelta(seconds=questions.PATIENCE + 1)
    WhyRecord.objects.update(asked_at=long_ago)
    assert questions.claim() is None
    assert viewer.get(address).json()["reason"] == questions.FORSAKEN


def test_who_asked_cancels_it_and_nobody_else(viewer: Any, operator: Any) -> None:
    address = asked(viewer)
    assert operator.delete(address).status_code == 403
    found = viewer.delete(address).json()
    assert (found["state"], found["reason"]) == ("failed", questions.CANCELLED)
    assert questions.claim() is None


def test_one_that_is_cancelled_while_it_is_answered_stays_so(viewer: Any) -> None:
    address = asked(viewer)
    claimed = questions.claim()
    assert claimed is not None
    viewer.delete(address)
    assert not questions.go_on(claimed, 0.5)
    answering.answer(claimed)
    assert viewer.get(address).json()["reason"] == questions.CANCELLED


def test_nobody_fills_the_queue(viewer: Any, operator: Any) -> None:
    for _ in range(questions.MOST_OF_ONE):
        asked(viewer)
    refused = viewer.post("/api/why", {"file": "both.py"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    asked(operator)
    long_ago = timezone.now() - timedelta(seconds=questions.PATIENCE + 1)
    WhyRecord.objects.update(asked_at=long_ago)
    asked(viewer)


def test_the_oldest_question_is_answered_first(viewer: Any, caller: Any) -> None:
    body = {"config": "new.py = submit-job-self\n", "since": "1h"}
    asked(viewer)
    assert caller("editor").post("/api/backtest", body).status_code == 202
    asked(viewer)
    kinds = [type(questions.claim()).__name__ for _ in range(3)]
    assert kinds == ["WhyRecord", "BacktestRecord", "WhyRecord"]


@pytest.mark.parametrize("identity", ["1", "x", "99999999999999999999"])
def test_one_that_there_is_not_is_not_found(viewer: Any, identity: str) -> None:
    assert viewer.get(f"/api/whys/{identity}").status_code == 404
    assert viewer.delete(f"/api/whys/{identity}").status_code == 404
