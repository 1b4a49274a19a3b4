"""Every row of the table, as the dispatcher decides and as the explanation says."""

from __future__ import annotations

import itertools

import pytest

from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.dispatch.occurrence import occurrence_of
from qubecb.events import Event, split_spec
from qubecb.jobs import Job
from qubecb.testing.store import MemoryStore, bound
from qubecb.why.matching import Match
from tests.core.dispatch.asking import matches
from tests.core.dispatch.rows import CAST, ROWS, Row

FOLDER = "/studio/callback"
_ids = itertools.count(1)


def event_of(spec: str, job: Job) -> Event:
    """An event about a job, told in full."""
    name, kind, extra = split_spec(spec)
    return Event(f"row-{next(_ids)}", name, kind, extra, 0.0, job)


def related_spec(row: Row, name: str) -> str:
    """The spec of an event with another name about the same subject."""
    return "-".join((name, *row.event.split("-")[1:]))


def dispatched(row: Row) -> bool:
    """Whether the dispatcher queues a run for the attached job at the event of a row."""
    store = MemoryStore()
    store.configure(bound(FOLDER, {"callback.py": row.trigger}))
    for job in CAST.values():
        store.accept(event_of("submit-job", job))
    for name in row.before:
        store.accept(event_of(related_spec(row, name), CAST[row.about]))
    # Known jobs need not be told in full again.
    sequence = store.accept(event_of(row.event, Job(row.about)))
    dispatcher = Dispatcher(store, DispatchSettings(), lambda: 1e9)
    while dispatcher.step(limit=7):
        pass
    return any(
        run.job == row.attached for run in store.runs if run.sequence == sequence
    )


def explained(row: Row) -> Match:
    """What the explanation says about a row."""
    event = event_of(row.event, Job(row.about))
    previous = row.before[-1] if row.before and row.before[-1] != "submit" else None
    folder = bound(FOLDER, {"callback.py": row.trigger})
    counted = occurrence_of(event, previous)
    cast = CAST.values()
    attached = CAST[row.attached]
    (found,) = matches(event, attached, cast, folder, occurrence=counted)
    return found


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_dispatcher_fires_what_the_reference_says(row: Row) -> None:
    assert dispatched(row) is row.fires


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_explanation_says_what_the_reference_says(row: Row) -> None:
    match = explained(row)
    assert match.fires is row.fires
    assert match.reason
    assert match.specs
    assert all(verdict.reason for verdict in match.specs)


def test_the_table_is_large_enough() -> None:
    assert len({str(row) for row in ROWS}) == len(ROWS) >= 120
