"""What becomes of events at the door."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import connection, connections

from dashboard.models import EventRecord
from dashboard.store import acceptance
from dashboard.store.acceptance import Door, accept
from qubecb.errors import Backlogged, InvalidEvent, StoreBusy, StoreFull
from qubecb.events import Event, parse_event
from qubecb.project.environment import Environment
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


def test_callers_at_the_same_time_share_transactions(site: Site) -> None:
    transactions: list[int] = []
    door = Door()
    inside, go_on = threading.Event(), threading.Event()

    def first() -> int:
        inside.set()
        go_on.wait(10)
        return 1

    def other() -> int:
        transactions.append(id(connection.connection))
        return 1

    def pass_through(work: Any) -> None:
        door.pass_through(work)
        connections.close_all()

    leader = threading.Thread(target=pass_through, args=(first,))
    others = [threading.Thread(target=pass_through, args=(other,)) for _ in range(4)]
    leader.start()
    assert inside.wait(10)
    for thread in others:
        thread.start()
    while len(door._waiting) < len(others):
        threading.Event().wait(0.001)
    go_on.set()
    for thread in [leader, *others]:
        thread.join()
    assert len(transactions) == 4
    assert len(set(transactions)) == 1


def test_one_caller_that_fails_spoils_nothing_for_the_others(site: Site) -> None:
    door = Door()
    good = acceptance._Caller(lambda: 1)

    def fail() -> int:
        raise StoreBusy

    bad = acceptance._Caller(fail)
    door._waiting += [good, bad]
    assert door.pass_through(lambda: 5) == 5
    assert (good.result, good.error) == (1, None)
    assert isinstance(bad.error, StoreBusy)
