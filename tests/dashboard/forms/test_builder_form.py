"""The builder of a trigger: an event from choices, put where it was said to go."""

from __future__ import annotations

import pytest

from dashboard.forms.builder import BuilderForm, parts_of
from qubecb.triggers import EventSpec, parse


def build(**values: str) -> BuilderForm:
    data = {"name": "failed", "type": "job", "context": "self", **values}
    form = BuilderForm({f"build-{name}": value for name, value in data.items()})
    assert form.is_valid(), form.errors
    return form


@pytest.mark.parametrize(
    ("given", "spec"),
    [
        ({}, "failed-job-self"),
        ({"type": "work"}, "failed-work-self-*"),
        ({"type": "work", "extra": "7"}, "failed-work-self-7"),
        ({"context": "label", "whose": "render"}, "failed-job-render"),
        ({"context": "job", "whose": "5042", "type": "host"}, "failed-host-5042-*"),
        ({"name": "other", "own_name": "published"}, "published-job-self"),
        ({"type": "time", "extra": "2002-07-06T22:10:00"}, "dummy-time-self-79290600"),
        ({"type": "globaltime", "extra": "10000"}, "dummy-globaltime-10000"),
        ({"type": "globalrepeat", "extra": "0-3600"}, "dummy-globalrepeat-0-3600"),
        (
            {"type": "repeat", "extra": "2002-07-06 22:10", "interval": "60"},
            "dummy-repeat-self-79290600-60",
        ),
    ],
)
def test_the_builder_writes_an_event_that_can_be_read(
    given: dict[str, str], spec: str
) -> None:
    assert build(**given).spec() == spec
    assert parse(spec).specs


@pytest.mark.parametrize(
    "spec",
    [
        "failed-job-self",
        "done-job-parent",
        "complete-work-render-*",
        "failed-subjob-5042-3",
        "assigned-host-self-node 1".replace(" ", "-"),
        "published-work-self-0001.exr",
        "dummy-time-self-79290600",
        "dummy-repeat-self-0-60",
        "globaltime-10000",
        "dummy-globalrepeat-0-3600",
    ],
)
def test_every_event_of_the_language_is_taken_into_the_builder_and_back(
    spec: str,
) -> None:
    root = parse(spec).root
    assert isinstance(root, EventSpec)
    initial = BuilderForm.of(root, "").initial
    again = BuilderForm({f"build-{name}": value for name, value in initial.items()})
    assert again.is_valid(), again.errors
    assert parse(again.spec()).root == root


@pytest.mark.parametrize(
    "given",
    [
        {"context": "label", "whose": ""},
        {"context": "label", "whose": "two words"},
        {"name": "other", "own_name": "no-name"},
        {"type": "subjob", "extra": "x"},
        {"type": "time", "extra": "tomorrow"},
        {"type": "repeat", "extra": "0", "interval": "often"},
    ],
)
def test_an_event_that_no_trigger_can_hold_is_refused(given: dict[str, str]) -> None:
    data = {"name": "failed", "type": "job", "context": "self", **given}
    form = BuilderForm({f"build-{name}": value for name, value in data.items()})
    assert not form.is_valid()


A, B, C = "a-job-self", "b-job-self", "c-job-self"
NEW = "failed-job-self"


@pytest.mark.parametrize(
    ("before", "join", "at", "after"),
    [
        ("", "||", "", NEW),
        (A, "||", "", f"{A} || {NEW}"),
        (f"{A} && {B}", "||", "", f"({A} && {B}) || {NEW}"),
        (f"{A} || {B}", "&&", "", f"({A} || {B}) && {NEW}"),
        (f"({A} && {B}) || {C}", "&&", "1", f"({A} && {B}) || ({C} && {NEW})"),
        (f"({A} && {B}) || {C}", "||", "0.1", f"({A} && ({B} || {NEW})) || {C}"),
        (f"({A} && {B}) || {C}", "instead", "0", f"{NEW} || {C}"),
        (f"{A} || {B}", "instead", "", NEW),
        ("broken", "instead", "", NEW),
    ],
)
def test_an_event_is_put_where_it_was_said_to_go(
    before: str, join: str, at: str, after: str
) -> None:
    assert build(join=join, at=at).put_into(before) == after


@pytest.mark.parametrize(
    ("before", "at", "said"),
    [
        ("broken", "", "cannot be read"),
        (A, "3", "no longer there"),
        (A, "x", "no longer there"),
        ("globaltime-10000", "", "independent of any job"),
    ],
)
def test_what_cannot_be_joined_is_said(before: str, at: str, said: str) -> None:
    form = build(join="&&", at=at)
    assert form.put_into(before) is None
    assert said in str(form.non_field_errors())


def test_the_parts_are_listed_with_what_is_between_them() -> None:
    listed = parts_of(f"({A} && {B}) || {C}")
    places = [getattr(each, "place", None) for each in listed]
    assert places == ["0", "0.0", None, "0.1", None, "1"]
    assert parts_of("broken") == []
    assert len(parts_of(A)) == 1
