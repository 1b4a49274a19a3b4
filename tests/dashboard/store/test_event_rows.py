"""Rows of events and jobs: every column is known, and what is written is what is read."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.models import EventRecord, JobRecord
from dashboard.store.database import sql
from dashboard.store.intake.acceptance import Origin, rows_of
from dashboard.store.jobs.reading import jobs_by_id
from dashboard.store.rows import events as event_rows
from dashboard.store.rows.events import (
    COLUMNS,
    NOTHING_YET,
    EventRow,
    NewEvent,
    event_of,
    store,
)
from dashboard.store.rows.jobs import SAVE, JobRow, row_of
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.events import Event
from qubecb.jobs import Act, Job
from qubecb.jobs.ids import LARGEST_ID

_STORED = f"SELECT {COLUMNS} FROM dashboard_eventrecord WHERE event_id = %s"  # noqa: S608 (constants)
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=80)
_IDS = st.integers(1, LARGEST_ID)
_FIELDS = st.dictionaries(_TEXTS, st.none() | st.booleans() | st.integers() | _TEXTS)
_RESERVED = {"id", "name", "pid", "pgrp", "label", "status", "user"}
JOBS = st.builds(
    Job,
    *(_IDS, _TEXTS, st.integers(0, LARGEST_ID), _IDS, _TEXTS, _TEXTS, _TEXTS),
    _FIELDS.map(
        lambda given: MappingProxyType(
            {key: given[key] for key in given if key not in _RESERVED}
        )
    ),
)
EVENTS = st.builds(
    Event,
    id=_TEXTS.filter(bool),
    name=_TEXTS,
    type=st.text("abc", max_size=20),
    extra=st.none() | _TEXTS.filter(bool),
    time=st.integers(0, 2**33).map(float),
    job=JOBS,
)
KEYS = st.builds(MappingKey, _TEXTS.filter(bool), _TEXTS.filter(bool))
ORIGINS = st.builds(
    Origin,
    *(st.sampled_from(("api", "spool", "fire")), _TEXTS, st.integers(0, 90)),
    *(st.booleans(), st.none() | KEYS, st.none() | _IDS),
)
HERE = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)


def columns_of(model: type[models.Model]) -> set[str]:
    return {str(field.column) for field in model._meta.concrete_fields}


def test_every_column_of_an_event_has_a_value_when_it_is_accepted() -> None:
    known = (*NewEvent._fields, *NOTHING_YET)
    assert {*known} == columns_of(EventRecord) - {"sequence"}
    assert len(known) == len({*known})


def test_what_is_read_of_events_and_jobs_are_columns_of_theirs() -> None:
    assert columns_of(EventRecord) >= {*EventRow._fields}
    stored = {*JobRow._fields, "first_seen", "last_event"}
    assert columns_of(JobRecord) == stored


@pytest.mark.django_db
@settings(deadline=None, max_examples=50, suppress_health_check=HERE)
@given(event=EVENTS, origin=ORIGINS, act=st.none() | st.just(Act("kill", ("7",))))
def test_an_event_is_read_as_it_was_accepted(
    event: Event, origin: Origin, act: Act | None
) -> None:
    with transaction.atomic():
        store(rows_of([event], origin, 0.0, [act]))
        [row] = event_rows.read(_STORED, [event.id])
        transaction.set_rollback(True)
    given = (origin.source, origin.depth, origin.only, origin.test)
    assert event_of(row) == AcceptedEvent(row.sequence, event, *given, act=act)


@pytest.mark.django_db
@settings(deadline=None, max_examples=50, suppress_health_check=HERE)
@given(st.builds(KnownJob, JOBS, st.none() | _IDS, _IDS, st.booleans()))
def test_a_job_is_read_as_it_was_stored(known: KnownJob) -> None:
    with transaction.atomic():
        at = sql.moment(0.0)
        sql.each(SAVE, [(*row_of(known), at, at)])
        found = jobs_by_id([known.job.id])
        transaction.set_rollback(True)
    assert found == {known.job.id: known}
