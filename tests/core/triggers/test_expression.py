"""What the matcher and the index need to know of a trigger that has been read."""

from __future__ import annotations

import pytest

from qubecb.triggers import EventSpec, parse
from qubecb.triggers.expression import open_part


def only(text: str) -> EventSpec:
    (spec,) = parse(text).specs
    return spec


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("done-job-self", "self", None),
        ("done-job-parent", "parent", None),
        ("done-job-1234", "job", 1234),
        ("done-job-0042", "job", 42),
        ("done-job-9223372036854775807", "job", 2**63 - 1),
        ("done-job-render", "label", "render"),
        ("done-job-12ab", "label", "12ab"),
        ("done-job-٣", "label", "٣"),
        ("globaltime-5", None, None),
    ],
)
def test_a_context_is_of_one_kind(
    text: str, kind: str | None, value: int | str | None
) -> None:
    spec = only(text)

    assert (spec.context_kind, spec.context_value) == (kind, value)


@pytest.mark.parametrize(
    ("text", "is_time", "is_global", "moment", "interval"),
    [
        ("done-job-self", False, False, None, None),
        ("dummy-time-self-79290600", True, False, 1025993400, None),
        ("dummy-repeat-self-0-300", True, False, 946702800, 300),
        ("globaltime-10000", True, True, 946712800, None),
        ("globalrepeat-10000-60", True, True, 946712800, 60),
        ("global", True, True, None, None),
        ("done-work-self-5", False, False, None, None),
    ],
)
def test_a_time_tells_when_it_fires(
    text: str, is_time: bool, is_global: bool, moment: int | None, interval: int | None
) -> None:
    spec = only(text)

    assert (spec.is_time, spec.is_global) == (is_time, is_global)
    assert (spec.moment, spec.interval) == (moment, interval)


@pytest.mark.parametrize(
    ("text", "any_extra"),
    [("done-work-self-*", True), ("done-work-self-5", False), ("a-job-self", False)],
)
def test_only_the_star_matches_any_extra(text: str, any_extra: bool) -> None:
    assert only(text).any_extra is any_extra


def test_specs_are_distinct_and_in_order() -> None:
    trigger = parse("b-job-self && a-job-self || b-job-self && c-job-self")

    assert [str(spec) for spec in trigger.specs] == [
        "b-job-self",
        "a-job-self",
        "c-job-self",
    ]


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("a-job-self", False),
        ("a-job-self || b-job-self", False),
        ("a-job-self && b-job-self", True),
        ("a-job-self || b-job-self && c-job-self", True),
    ],
)
def test_only_an_and_needs_memory(text: str, needed: bool) -> None:
    assert parse(text).needs_memory is needed


@pytest.mark.parametrize(
    ("satisfied", "fires"),
    [
        ("", False),
        ("a", False),
        ("ab", False),
        ("c", False),
        ("bc", True),
        ("ac", True),
        ("d", True),
        ("abcd", True),
    ],
)
def test_a_trigger_is_true_when_its_expression_is(satisfied: str, fires: bool) -> None:
    trigger = parse("(a-job-self || b-job-self) && c-job-self || d-job-self")

    assert trigger.satisfied({f"{name}-job-self" for name in satisfied}) is fires


def test_where_an_event_stands_does_not_make_it_another() -> None:
    assert only("a-job-self") == only("   a-job-self")


def test_values_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        only("a-job-self").name = "b"  # type: ignore[misc]  # that is the point


def test_an_event_spec_knows_which_kinds_of_events_may_satisfy_it() -> None:
    failed, done = parse("failed-work-self-* || done-job-self").specs
    assert failed.kinds == [("failed", "work")]
    names = {name for name, kind in done.kinds if kind == "job"}
    assert names == {"done", "complete", "failed", "killed"}


@pytest.mark.parametrize(
    ("text", "by", "left"),
    [
        ("a-job-self && b-job-self", "a-job-self", "b-job-self"),
        (
            "a-job-self && b-job-self && c-job-self",
            "b-job-self",
            "a-job-self && c-job-self",
        ),
        (
            "a-job-self || b-job-self && (c-job-self || d-job-self)",
            "b-job-self",
            "a-job-self || c-job-self || d-job-self",
        ),
        (
            "(a-job-self || b-job-self) && c-job-self && (d-job-self || e-job-self)",
            "a-job-self",
            "c-job-self && (d-job-self || e-job-self)",
        ),
    ],
)
def test_what_is_left_of_a_trigger_is_a_trigger(text: str, by: str, left: str) -> None:
    assert str(open_part(parse(text).root, {by})) == left
