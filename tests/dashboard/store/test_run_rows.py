"""Rows of runs: every column is known, one insert fills it, and what is written is what is read."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.models import Run
from dashboard.models.runs import LARGE
from dashboard.store.acts.firing import Shot, simulate
from dashboard.store.acts.replaying import replay
from dashboard.store.database import sql
from dashboard.store.rows import runs as run_rows
from dashboard.store.rows.runs import NOTHING_YET, Beginning, Cause, Ending, RunRow
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.events import parse_event
from qubecb.jobs.ids import LARGEST_ID
from qubecb.runner.outcome import RunState
from tests.dashboard.factories import JO
from tests.dashboard.store.site import Site, ended

FIELDS = {str(field.column): field for field in Run._meta.concrete_fields}
INSERTED = (*Cause._fields, *Beginning._fields, *NOTHING_YET)
HERE = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
TEXTS = st.characters(codec="utf-8", exclude_characters="\0")
#: What a column may hold, in the order in which it is looked up: a kind, and values of it.
VALUES: dict[type[models.Field[Any, Any]], st.SearchStrategy[Any]] = {
    models.CharField: st.text(TEXTS, max_size=10),
    models.TextField: st.text(TEXTS),
    models.BooleanField: st.booleans(),
    models.FloatField: st.floats(0, 9999),
    models.JSONField: st.lists(st.text(TEXTS), max_size=3).map(sql.dump),
    models.DateTimeField: st.integers(0, 2**33).map(lambda at: sql.moment(float(at))),
    models.BigIntegerField: st.integers(1, LARGEST_ID),
    models.PositiveSmallIntegerField: st.integers(0, 2**15 - 1),
    models.IntegerField: st.integers(0, 2**31 - 1),
}


def values_of(column: str) -> st.SearchStrategy[Any]:
    field = FIELDS[column]
    values = next(VALUES[kind] for kind in VALUES if isinstance(field, kind))
    return st.none() | values if field.null else values


CAUSES, BEGINNINGS, ENDINGS = (
    st.builds(kind, **{column: values_of(column) for column in kind._fields})
    for kind in (Cause, Beginning, Ending)
)
STATES = st.sampled_from((RunState.QUEUED, RunState.SUPPRESSED))


def test_every_column_of_a_run_has_a_value_when_it_begins() -> None:
    assert {*INSERTED} == FIELDS.keys() - {"id"}
    assert len(INSERTED) == len({*INSERTED})


def test_what_an_outcome_writes_is_nothing_yet_before_it() -> None:
    assert {*NOTHING_YET, *Beginning._fields} >= {*Ending._fields}


def test_what_is_read_of_a_run_are_columns_of_it() -> None:
    assert {*RunRow._fields} <= FIELDS.keys()


def test_lists_of_runs_read_no_column_that_may_be_long() -> None:
    long = {name for name in FIELDS if isinstance(FIELDS[name], models.JSONField)}
    assert long == {*LARGE}


def planned(site: Site) -> None:
    site.send("submit-job")


def fired(_: Site) -> None:
    sent = {"name": "submit", "type": "job", "job": {"id": 7}}
    simulate(Shot(parse_event(sent, 0.0), source="saved"), JO)


def replayed(site: Site) -> None:
    site.send("submit-job")
    site.record(*map(ended, site.claim()))
    assert replay([Run.objects.get().pk], JO)


@pytest.mark.parametrize("way", [planned, fired, replayed])
def test_one_insert_is_used_by_planning_firing_and_replaying(
    way: Any, site: Site
) -> None:
    site.write("a.py = submit-job-self\n")
    with CaptureQueriesContext(connection) as captured:
        way(site)
    asked = [query["sql"] for query in captured]
    inserts = [each for each in asked if 'INTO "dashboard_run"' in each]
    inserts += [each for each in asked if "INTO dashboard_run (" in each]
    assert inserts
    assert all(sql.names(INSERTED) in each for each in inserts)


@pytest.mark.parametrize("way", [planned, fired, replayed])
def test_a_new_run_has_what_the_model_says_in_what_is_nothing_yet(
    way: Any, site: Site
) -> None:
    site.write("a.py = submit-job-self\n")
    way(site)
    new = Run.objects.latest("id")
    stored = {name: getattr(new, name) for name in NOTHING_YET}
    assert stored == {name: getattr(Run(), name) for name in NOTHING_YET}


@pytest.mark.django_db
@settings(deadline=None, max_examples=50, suppress_health_check=HERE)
@given(CAUSES, BEGINNINGS, STATES)
def test_a_run_is_read_as_it_was_stored(
    cause: Cause, begun: Beginning, state: RunState
) -> None:
    with transaction.atomic():
        identity = run_rows.store_one(cause, begun._replace(state=state))
        [read] = run_rows.by_id([identity])
        transaction.set_rollback(True)
    stored = {**cause._asdict(), **begun._asdict(), "state": state, "id": identity}
    if state is not RunState.QUEUED:
        stored["job_then"] = None
    assert _plain(read._asdict()) == _plain({k: stored[k] for k in RunRow._fields})


@pytest.mark.django_db
@settings(deadline=None, max_examples=50, suppress_health_check=HERE)
@given(CAUSES)
def test_a_cause_is_the_same_however_often_it_is_stored_and_read(cause: Cause) -> None:
    read = cause
    with transaction.atomic():
        for _ in range(2):
            run = run_rows.store_one(read, run_rows.waiting(sql.moment(0.0)))
            read = run_rows.causes([run])[run]
        transaction.set_rollback(True)
    assert _plain(read._asdict()) == _plain(cause._asdict())


@pytest.mark.django_db
@settings(deadline=None, max_examples=50, suppress_health_check=HERE)
@given(CAUSES, ENDINGS)
def test_an_outcome_is_read_as_it_was_stored(cause: Cause, ending: Ending) -> None:
    begun = run_rows.waiting(sql.moment(0.0))
    with transaction.atomic():
        identity = run_rows.store_one(cause, begun._replace(state="running"))
        run_rows.end([(identity, ending)])
        run = Run.objects.get(pk=identity)
        transaction.set_rollback(True)
    stored = {name: getattr(run, name) for name in Ending._fields}
    expected = ending._replace(open=ending.open and not cause.test)._asdict()
    assert _plain(stored) == _plain(expected)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Moments and JSON in one form, however they are written and read."""
    found = values.copy()
    for column, value in values.items():
        if isinstance(FIELDS[column], models.DateTimeField) and value is not None:
            found[column] = sql.unix(value)
        elif isinstance(FIELDS[column], models.JSONField):
            found[column] = sql.load(value)
    return found


def test_a_replay_has_the_cause_of_the_run_that_it_replays(site: Site) -> None:
    site.write("a.py = submit-job-self\n")
    replayed(site)
    old, new = Run.objects.order_by("id").values(*Cause._fields)
    assert old == new
    assert MappingKey(new["directory"], new["file"]) == site.key("a.py")
