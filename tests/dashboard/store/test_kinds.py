"""What came is counted by kind and hour: each event once, whatever happens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from dashboard.models import EventKind, EventRecord
from dashboard.models.kinds import counted_from, full_hour, seen
from dashboard.store.acts.setting_aside import plan_again
from dashboard.store.database.transactions import writing
from dashboard.store.dispatch.planning import OrmStore
from dashboard.store.runs.pruning import Retention, prune
from qubecb.triggers.expression import EventSpec
from qubecb.triggers.grammar import parse
from tests.dashboard import factories
from tests.dashboard.factories import JO
from tests.dashboard.store.site import Site

MIGRATION: Any = import_module("dashboard.migrations.0016_event_kinds")
WEEK = timedelta(days=7)


def spec(text: str) -> EventSpec:
    (found,) = parse(text).specs
    return found


def counted() -> dict[str, int]:
    rows = EventKind.objects.values_list("name", "type", "count")
    return {f"{name}-{kind}": count for name, kind, count in rows}


def how_many(text: str, ago: timedelta = WEEK) -> int:
    asked = spec(text)
    return seen([asked], timezone.now() - ago)[asked].count


def upgrade() -> None:
    """Let the migration count what came before."""
    EventKind.objects.all().delete()
    MIGRATION.count(apps, SimpleNamespace(connection=connection))


def everything() -> list[dict[str, Any]]:
    columns = ("name", "type", "hour", "count", "last", "last_at")
    return list(EventKind.objects.order_by("name", "type", "hour").values(*columns))


def test_events_are_counted_by_name_type_and_hour(site: Site) -> None:
    for sent in ("failed-work-1", "failed-work-2", "failed-job"):
        site.take_in(sent)
    site.dispatcher.step()
    site.send("failed-work-3")
    assert counted() == {"failed-work": 3, "failed-job": 1}
    row, last = EventKind.objects.get(type="work"), EventRecord.objects.latest("pk")
    assert row.hour == full_hour(last.accepted_at)
    assert (row.last, row.last_at) == (last.sequence, last.accepted_at)


def test_what_waits_is_counted_once_it_is_planned(site: Site) -> None:
    site.take_in("failed-job")
    assert counted() == {}
    site.dispatcher.step()
    site.dispatcher.step()
    assert counted() == {"failed-job": 1}


def test_a_batch_that_fails_counts_nothing(site: Site) -> None:
    site.take_in("failed-job")

    def plan_and_fail() -> None:
        with OrmStore().planning() as planning:
            planning.planned(planning.take(10), {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        plan_and_fail()
    assert counted() == {}
    site.dispatcher.step()
    assert counted() == {"failed-job": 1}


def test_an_event_that_was_set_aside_is_counted_once(site: Site) -> None:
    site.take_in("failed-job")
    with OrmStore().planning() as planning:
        (event,) = planning.take(10)
        planning.set_aside({event.sequence: "its row is damaged"})
    assert counted() == {"failed-job": 1}
    plan_again(JO, None)
    site.dispatcher.step()
    assert not EventRecord.objects.filter(planned_at=None).exists()
    assert counted() == {"failed-job": 1}


def test_tests_and_changes_without_an_event_are_not_counted(db: None) -> None:
    factories.event(test=True, source="fire", planned_at=None)
    factories.event(name="", type="", change={"verb": "retry"}, planned_at=None)
    with OrmStore().planning() as planning:
        planning.planned(planning.take(10), {})
    assert counted() == {}
    upgrade()
    assert counted() == {}


def test_a_spec_is_seen_whatever_the_context_and_the_extra(site: Site) -> None:
    site.send("failed-work-3")
    last = EventRecord.objects.latest("pk")
    asked = [spec("failed-work-parent-*"), spec("failed-work-99-7"), spec("a-job-self")]
    found = seen(asked, timezone.now())
    assert [found[each].count for each in asked] == [1, 1, 0]
    assert found[asked[0]].last == last.sequence
    assert found[asked[0]].last_at == last.accepted_at
    assert found[asked[2]].last is None


def test_done_is_seen_in_what_satisfies_it(site: Site) -> None:
    for sent in ("complete-job", "killed-job", "done-job", "done-work-1", "submit-job"):
        site.take_in(sent)
    site.dispatcher.step()
    assert how_many("done-job-self") == 3
    assert how_many("submit-job-self") == 1


def test_only_what_came_since_counts_and_the_last_is_told_all_the_same(
    db: None,
) -> None:
    old = timezone.now() - timedelta(days=8)
    last = factories.event(accepted_at=old)
    upgrade()
    found = seen([spec("failed-job-self")], timezone.now() - WEEK)
    (told,) = found.values()
    assert (told.count, told.last, told.last_at) == (0, last.sequence, old)
    assert how_many("failed-job-self", timedelta(days=9)) == 1
    assert counted_from() == full_hour(old)


def test_many_specs_are_one_query(db: None, django_assert_num_queries: Any) -> None:
    asked = [spec(f"n{number}-job-self") for number in range(300)]
    factories.event(name="n7")
    upgrade()
    with django_assert_num_queries(1):
        found = seen([*asked, *asked], timezone.now() - WEEK)
    assert [each.name for each in asked if found[each].count] == ["n7"]
    with django_assert_num_queries(0):
        assert seen([], timezone.now()) == {}


def test_the_upgrade_counts_as_the_dispatcher_would_have(site: Site) -> None:
    for sent in ("failed-work-1", "failed-work-2", "submit-job", "failed-job"):
        site.send(sent)
    site.take_in("failed-job")
    before = everything()
    upgrade()
    assert everything() == before
    site.dispatcher.step()
    assert counted()["failed-job"] == 2


def test_an_upgrade_that_was_killed_begins_again(db: None) -> None:
    start = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    for hours in (0, 1, 1, 26, 24 * 40):
        factories.event(accepted_at=start + timedelta(hours=hours))
    upgrade()
    once = everything()
    assert [row["count"] for row in once] == [1, 2, 1, 1]
    MIGRATION.count(apps, SimpleNamespace(connection=connection))
    assert everything() == once


def test_an_event_that_waits_to_be_planned_again_is_counted_by_the_upgrade(
    db: None,
) -> None:
    factories.event(planned_at=None, set_aside_version="1.0")
    upgrade()
    assert counted() == {"failed-job": 1}
    with OrmStore().planning() as planning:
        planning.planned(planning.take(10), {})
    assert counted() == {"failed-job": 1}


def test_counts_are_kept_five_times_as_long_as_events(db: None) -> None:
    now = timezone.now()
    for days in (1, 40, 60):
        factories.event(accepted_at=now - timedelta(days=days))
    upgrade()
    prune(Retention(days=10))
    assert EventRecord.objects.count() == 1
    assert EventKind.objects.count() == 2


def test_counting_in_two_batches_is_counting_in_one(site: Site) -> None:
    with writing():
        for number in range(20):
            factories.event(name=f"n{number % 3}", planned_at=None)
    site.dispatcher.step(7)
    site.dispatcher.step(100)
    told = everything()
    upgrade()
    assert everything() == told
