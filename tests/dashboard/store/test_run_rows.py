"""Rows of runs: every column is known, one insert fills it, and what is written is what is read."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.models import Run
from dashboard.store import run_rows, sql
from dashboard.store.firing import Shot, simulate
from dashboard.store.replaying import replay
from dashboard.store.run_rows import NOTHING_YET, Beginning, Cause, Ending, RunRow
from qubecb.dispatch.ports import MappingKey
from qubecb.events import parse_event
from qubecb.jobs.job import LARGEST_ID
from qubecb.runner.outcome import ENDED, RunState
from tests.dashboard.factories import JO
from tests.dashboard.store.site import Site, ended

COLUMNS = {str(field.column) for field in Run._meta.concrete_fields}
INSERTED = (*Cause._fields, *Beginning._fields, *NOTHING_YET)
HERE = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=80)
IDS = st.integers(1, LARGEST_ID)
MOMENTS = st.integers(0, 2**33).map(lambda at: sql.moment(float(at)))
NO_ID = st.none() | IDS
JSON_COLUMNS = ("actions", "notes", "traceback", "job_then", "satisfied_by")
JSON = st.lists(TEXTS, max_size=3).map(sql.dump)
COUNTS = st.integers(0, 2**31 - 1)
CAUSES = st.builds(
    Cause,
    *(TEXTS, TEXTS, TEXTS, TEXTS, IDS, TEXTS, NO_ID, TEXTS, TEXTS, NO_ID),
    *(st.integers(0, 99), st.booleans(), st.booleans(), st.none() | JSON),
)
BEGINNINGS = st.builds(
    Beginning,
    st.sampled_from(("queued", "suppressed")),
    *(TEXTS, NO_ID, MOMENTS, st.none() | MOMENTS, st.booleans(), NO_ID, NO_ID),
    st.none() | JSON,
)
ENDINGS = st.builds(
    Ending,
    st.sampled_from([state.value for state in ENDED]),
    *(TEXTS, MOMENTS, MOMENTS, st.none() | st.floats(0, 99), st.none() | COUNTS),
    *(st.text("abc", max_size=10), COUNTS, JSON, JSON, st.none() | JSON),
    *(TEXTS, TEXTS, st.text("0123456789abcdef", max_size=64), st.booleans()),
)


def test_every_column_of_a_run_has_a_value_when_it_begins() -> None:
    assert sorted(INSERTED) == sorted(COLUMNS - {"id"})


def test_what_an_outcome_writes_is_nothing_yet_before_it() -> None:
    assert {*NOTHING_YET, *Beginning._fields} >= {*Ending._fields}


def test_what_is_read_of_a_run_are_columns_of_it() -> None:
    assert {*RunRow._fields} <= COLUMNS


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
@given(CAUSES, BEGINNINGS)
def test_a_run_is_read_as_it_was_stored(cause: Cause, begun: Beginning) -> None:
    with transaction.atomic():
        identity = run_rows.store_one(cause, begun)
        [read] = run_rows.by_id([identity])
        causes = run_rows.causes([identity])
        transaction.set_rollback(True)
    [read_cause] = causes.values()
    assert _plain(read_cause._asdict()) == _plain(cause._asdict())
    stored = {**cause._asdict(), **begun._asdict(), "id": identity}
    if begun.state != RunState.QUEUED:
        stored["job_then"] = None
    assert _plain(read._asdict()) == _plain({k: stored[k] for k in RunRow._fields})


@pytest.mark.django_db
@settings(deadline=None, max_examples=50, suppress_health_check=HERE)
@given(ending=ENDINGS, test=st.booleans())
def test_an_outcome_is_read_as_it_was_stored(ending: Ending, test: bool) -> None:
    cause = Cause("/x", "a.py", "t", "t", 1, "t", 1, "", "", 1, 0, test, False)
    begun = run_rows.waiting(sql.moment(0.0))
    with transaction.atomic():
        identity = run_rows.store_one(cause, begun._replace(state="running"))
        run_rows.end([(identity, ending)])
        run = Run.objects.get(pk=identity)
        transaction.set_rollback(True)
    stored = {name: getattr(run, name) for name in Ending._fields}
    expected = ending._replace(open=ending.open and not test)._asdict()
    assert _plain(stored) == _plain(expected)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Moments and JSON in one form, however they are written and read."""
    for name, value in values.items():
        if name.endswith("_at") and value is not None:
            values[name] = sql.unix(value)
        elif name in JSON_COLUMNS:
            values[name] = sql.load(value)
    return values


def test_a_replay_has_the_cause_of_the_run_that_it_replays(site: Site) -> None:
    site.write("a.py = submit-job-self\n")
    replayed(site)
    old, new = Run.objects.order_by("id").values(*Cause._fields)
    assert old == new
    assert MappingKey(new["directory"], new["file"]) == site.key("a.py")
