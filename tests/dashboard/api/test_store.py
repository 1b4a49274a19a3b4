"""A database that is full, 507, or busy, 503: nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from dashboard.models import EventRecord
from dashboard.store.intake import acceptance
from dashboard.store.intake.door import Door
from tests.dashboard.store.holding import held

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite can be made full"),
]


@pytest.fixture
def full(operator: Any) -> Iterator[Any]:
    """An operator whose database takes no more pages."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # other tests leave pages that are free
        cursor.execute("PRAGMA max_page_count = 1")
        yield operator
        cursor.execute("PRAGMA max_page_count = 1073741823")


def events(count: int) -> list[Any]:
    """Events that need pages of their own."""
    job = {"id": 1, "notes": "x" * 100_000}
    return [{"name": "failed", "type": "job", "job": job} for _ in range(count)]


def test_events_are_never_accepted_on_a_full_disk(full: Any) -> None:
    answer = full.post("/api/events", events(20))
    assert answer.status_code == 507
    assert "full" in answer.json()["detail"]
    assert full.client.get("/healthz").json()["full"] is True
    assert not EventRecord.objects.exists()


def test_they_are_accepted_once_there_is_room(full: Any) -> None:
    full.post("/api/events", events(20))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert full.post("/api/events", events(20)).status_code == 202
    assert full.client.get("/healthz").json()["full"] is False


@pytest.mark.parametrize("stopped", [False, True], ids=["busy", "stopped"])
def test_who_sends_while_another_process_holds_the_gate_is_told_to_come_again(
    operator: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, stopped: bool
) -> None:
    monkeypatch.setattr(acceptance, "_DOOR", Door(patience=0.05))
    with held(settings.DATA / "write.lock", stopped=stopped):
        answer = operator.post("/api/events", events(1))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert not EventRecord.objects.exists()
    assert operator.post("/api/events", events(1)).status_code == 202
