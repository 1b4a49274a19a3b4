"""Events that could not be judged, for programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.models import EventRecord
from dashboard.models.events import WAITING
from tests.dashboard import factories

AGAIN = "/api/set-aside/plan-again"


def aside(**given: Any) -> EventRecord:
    """An event that could not be judged."""
    values = {"planned_at": None, "set_aside_at": timezone.now(), "remark": "it is odd"}
    return factories.event(**values, set_aside_version="1.0", **given)


def test_they_are_listed_the_oldest_first(operator: Any) -> None:
    ids = [aside(job=["damaged"]).event_id, aside().event_id]
    factories.event(planned_at=None)
    items = operator.get("/api/set-aside").json()["items"]
    assert [each["id"] for each in items] == ids
    assert items[0]["set_aside_at"].endswith("Z")
    assert (items[0]["remark"], items[0]["job"]) == ("it is odd", {})


def test_a_list_of_large_ones_ends_before_it_is_too_large(
    operator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.queries.api._LARGEST", 250)
    ids = [aside(job={"id": 7, "note": "x" * 80}).event_id for _ in range(4)]
    items = operator.get("/api/set-aside").json()["items"]
    assert [each["id"] for each in items] == ids[:2]
    monkeypatch.setattr("dashboard.queries.api._LARGEST", 10)
    items = operator.get("/api/set-aside").json()["items"]
    assert [each["id"] for each in items] == ids[:1]


def test_one_event_says_that_it_is_set_aside(operator: Any) -> None:
    told = operator.get(f"/api/events/{aside().event_id}").json()
    assert (told["planned_at"], told["set_aside_at"] is None) == (None, False)
    told = operator.get(f"/api/events/{factories.event().event_id}").json()
    assert told["set_aside_at"] is None


def test_some_are_planned_again(operator: Any) -> None:
    first, second, waiting = aside(), aside(), factories.event(planned_at=None)
    body = {"events": [second.event_id, waiting.event_id, "unknown"]}
    assert operator.post(AGAIN, body).json() == {"events": [second.event_id]}
    assert set(EventRecord.objects.filter(WAITING)) == {second, waiting}
    assert operator.post(AGAIN, body).json() == {"events": []}
    assert first not in EventRecord.objects.filter(WAITING)


@pytest.mark.parametrize("body", [None, {}, {"events": None}])
def test_all_are_planned_again(operator: Any, body: Any) -> None:
    ids = [aside().event_id for _ in range(3)]
    assert operator.post(AGAIN, "" if body is None else body).json() == {"events": ids}


def test_none_is_none(operator: Any) -> None:
    aside()
    assert operator.post(AGAIN, {"events": []}).json() == {"events": []}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"events": "x"}, "events"),
        ({"events": ["x", 5]}, "events.1"),
        ({"events": [""]}, "events.0"),
        ({"events": ["x" * 201]}, "events.0"),
        ({"events": ["\ud800"]}, "events.0"),
        ({"events": ["a\0b"]}, "events.0"),
        ({"events": ["x"] * 1001}, "events"),
        ({"event": "x"}, "event"),
        ([], ""),
    ],
    ids=lambda value: str(value)[:30],
)
def test_malformed_input_is_422(operator: Any, body: Any, path: str) -> None:
    answer = operator.post(AGAIN, body)
    assert answer.status_code == 422
    assert path in [problem["path"] for problem in answer.json()]


def test_a_viewer_reads_and_plans_nothing(caller: Any) -> None:
    aside()
    viewer = caller("viewer")
    assert viewer.get("/api/set-aside").status_code == 200
    assert viewer.post(AGAIN).status_code == 403
    assert caller("intake").get("/api/set-aside").status_code == 403


@pytest.mark.django_db
def test_they_are_counted_and_in_no_backlog(caller: Any) -> None:
    factories.heartbeat()
    for _ in range(2):
        aside()
    factories.event(planned_at=None)
    said = Client().get("/healthz").json()
    assert (said["set_aside"], said["backlog"]) == (2, 1)
    metrics = caller("viewer").get("/metrics").content.decode()
    assert "\nqubecb_events_set_aside 2.0\n" in metrics
    assert "\nqubecb_events_waiting 1.0\n" in metrics
