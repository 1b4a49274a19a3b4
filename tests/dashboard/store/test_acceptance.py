"""What becomes of events at the door."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection

from dashboard.models import EventRecord
from dashboard.project.environment import Environment
from dashboard.store.intake import acceptance
from dashboard.store.intake.acceptance import accept
from qubecb.errors import Backlogged, InvalidEvent, StoreFull
from qubecb.events import Event, parse_event
from tests.dashboard.store.site import Site


def event(identity: str | None = None, **job: Any) -> Event:
    sent = {"name": "failed", "type": "job", "job": {"id": 7, **job}}
    return parse_event({"id": identity, **sent}, time.time())


def test_an_event_is_stored_with_its_job_as_it_was_sent(site: Site) -> None:
    accept([event("one", user="jo", odd={"a": [1]})], source="api", actor="farm")
    stored = EventRecord.objects.get()
    assert stored.event_id == "one"
    assert stored.actor == "farm"
    assert stored.job["odd"] == {"a": [1]}
    assert stored.planned_at is None


def test_the_same_id_twice_is_accepted_once(site: Site) -> None:
    accept([event("one")], source="api")
    again = accept([event("one"), event("two"), event("two")], source="api")
    assert (again.accepted, again.duplicates) == (1, 2)
    assert again.ids == ("one", "two", "two")
    assert EventRecord.objects.count() == 2


def test_of_one_id_twice_in_a_list_the_first_is_stored(site: Site) -> None:
    accept([event("one", user="first"), event("one", user="last")], source="api")
    assert EventRecord.objects.get().job["user"] == "first"


def test_a_list_with_a_number_that_is_no_json_is_refused_whole(site: Site) -> None:
    with pytest.raises(InvalidEvent):
        accept([event("one"), event("two", priority=float("nan"))], source="api")
    assert not EventRecord.objects.exists()


def test_a_flood_is_refused_past_the_bound(site: Site, settings: Any) -> None:
    settings.ENVIRONMENT = Environment({"QUBECB_BACKLOG": "2"})
    accept([event(str(number)) for number in range(3)], source="emit")
    acceptance._BACKLOG.counted_at = float("-inf")
    with pytest.raises(Backlogged) as refusal:
        accept([event("late")], source="api")
    assert refusal.value.retry_after > 0
    assert EventRecord.objects.count() == 3


def test_what_the_farm_itself_causes_is_never_refused_as_a_flood(
    site: Site, settings: Any
) -> None:
    settings.ENVIRONMENT = Environment({"QUBECB_BACKLOG": "1"})
    accept([event(str(number)) for number in range(3)], source="emit")
    assert accept([event("late")], source="farm").accepted == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a limit of SQLite")
def test_a_full_database_is_told_as_such_and_stores_nothing(site: Site) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1")
        cursor.execute("PRAGMA freelist_count")
        free = cursor.fetchone()[0]
        cursor.execute("PRAGMA page_size")
        more_than_fits = "x" * (free + 10) * cursor.fetchone()[0]
    try:
        with pytest.raises(StoreFull):
            accept([event("one"), event("two", notes=more_than_fits)], source="api")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 4294967294")
    assert not EventRecord.objects.exists()
