"""The index finds all that an event satisfies, and nothing is read that nobody asks for."""

from __future__ import annotations

import itertools

import pytest

from qubecb.dispatch.index import TriggerIndex
from qubecb.dispatch.occurrence import occurrence_of
from qubecb.dispatch.ports.configuration import Binding
from qubecb.dispatch.verdict import Case, obstacle
from qubecb.events import Event
from qubecb.testing.store import bound
from tests.core.dispatch.rows import CAST
from tests.core.dispatch.site import FOLDER, Site

NAMES = ("complete", "failed", "done", "running")
ATTACHED = CAST[100]
SPECS = [
    f"{name}-{kind}"
    for name in NAMES
    for kind in (
        *(f"job-{context}" for context in ("self", "parent", "hello", "1234")),
        *(f"work-{context}-{extra}" for context in ("self", "hello") for extra in "1*"),
        *(f"subjob-{context}-1" for context in ("self", "parent")),
    )
]
INDEX = TriggerIndex(
    Binding(1, (bound(FOLDER, {f"{spec}.py": spec for spec in SPECS}),))
)


@pytest.mark.parametrize("about", [50, 100, 101, 200, 1234])
@pytest.mark.parametrize("name", [*NAMES, "killed"])
def test_the_index_finds_what_an_event_satisfies(name: str, about: int) -> None:
    kinds = (("job", None), ("work", "1"), ("work", "2"), ("subjob", "1"))
    for (kind, extra), previous in itertools.product(kinds, (None, "done", "failed")):
        event = Event("x", name, kind, extra, 0.0, CAST[about])
        assert found(event, previous) == satisfied(event, previous)


def found(event: Event, previous: str | None) -> set[str]:
    """What the index finds for job 100, in every context in which the event stands to it."""
    subject = event.job
    contexts: list[tuple[str, int | str | None]] = [("job", subject.id)]
    if subject.id == ATTACHED.id:
        contexts.append(("self", None))
    if subject.id == ATTACHED.parent:
        contexts.append(("parent", None))
    if subject.pgrp == ATTACHED.pgrp:
        contexts.append(("label", subject.label))
    occurrence = occurrence_of(event, previous)
    return {
        each.spec.canonical
        for context in contexts
        for each in INDEX.find(occurrence, *context)
    }


def satisfied(event: Event, previous: str | None) -> set[str]:
    """What satisfies, whether or not the index finds it."""
    case = Case(occurrence_of(event, previous), event.job, ATTACHED)
    return {
        spec.canonical
        for mapping in INDEX.mappings
        for spec in mapping.trigger.specs
        if obstacle(spec, case) is None
    }


# What is read of the store.


def test_a_batch_reads_and_writes_each_thing_once() -> None:
    site = Site({"a.py": "done-job-parent && done-job-x || failed-work-self-*"})
    for job in range(2, 40):
        for spec in ("submit-job", "running-job", "failed-work-1", "done-job"):
            site.send(spec, job, pid=job - 1, pgrp=2, label="x")
    site.store.used.clear()
    site.dispatcher.step()
    assert len(site.store.used) == len(set(site.store.used))


@pytest.mark.parametrize(
    ("trigger", "read"),
    [
        ("failed-job-self", set()),
        ("complete-job-parent", set()),
        ("failed-job-parent", {"children"}),
        ("done-job-parent", {"children", "previous"}),
        ("failed-job-y", set()),
        ("failed-job-x", {"groups"}),
        ("failed-job-8", set()),
        ("failed-job-7", {"attached"}),
        ("failed-job-self && running-job-self", {"progress"}),
    ],
)
def test_only_what_a_trigger_in_use_asks_for_is_read(
    trigger: str, read: set[str]
) -> None:
    site = Site({"a.py": trigger})
    site.happen("submit-job", label="x")
    site.store.used.clear()
    site.happen("failed-job")
    asked = {"children", "groups", "attached", "previous", "progress"}
    assert asked & set(site.store.used) == read


def test_a_binding_is_read_once() -> None:
    site = Site({"a.py": "failed-job-self"})
    for _ in range(3):
        site.happen("failed-job")
    assert site.store.used.count("binding") == 1
