"""Every trigger of Qube's documentation, and how operators, hyphens and bounds are read."""

from __future__ import annotations

import pytest

from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import DEEPEST, LONGEST, And, EventSpec, Node, Or, parse


def event(name: str, kind: str, context: str | None, extra: str | None = None) -> Node:
    return EventSpec(name, kind, context, extra)


#: The examples of Qube's documentation.
DOCUMENTED = {
    "complete-job-self": event("complete", "job", "self"),
    "running-job-19294": event("running", "job", "19294"),
    "complete-subjob-self-2": event("complete", "subjob", "self", "2"),
    "done-job-hello": event("done", "job", "hello"),
    "failed-work-self-*": event("failed", "work", "self", "*"),
    "removed-job-self": event("removed", "job", "self"),
    "unblock-job-1234": event("unblock", "job", "1234"),
    "dummy-time-self-79290600": event("dummy", "time", "self", "79290600"),
    "globaltime-10000": event("dummy", "globaltime", None, "10000"),
    "complete-work-render-5": event("complete", "work", "render", "5"),
    "done-subjob-self-5": event("done", "subjob", "self", "5"),
    "timeout-work-self-*": event("timeout", "work", "self", "*"),
    "complete-job-self && complete-job-parent": And(
        (event("complete", "job", "self"), event("complete", "job", "parent"))
    ),
    "running-job-sibling && done-job-self": And(
        (event("running", "job", "sibling"), event("done", "job", "self"))
    ),
    "(complete-work-ribgen-3 && complete-work-render-3) || complete-work-composite-3": Or(
        (
            And(
                (
                    event("complete", "work", "ribgen", "3"),
                    event("complete", "work", "render", "3"),
                )
            ),
            event("complete", "work", "composite", "3"),
        )
    ),
    "failed-job-self": event("failed", "job", "self"),
    "done-job-self": event("done", "job", "self"),
    "done-work-self-*": event("done", "work", "self", "*"),
    "submit-job-self": event("submit", "job", "self"),
}
#: Where hyphens could be read in two ways: our decisions.
HYPHENS = {
    "done-job-shot-010-render": event("done", "job", "shot-010-render"),
    "done-job-self-test": event("done", "job", "self-test"),
    "done-job-12-render": event("done", "job", "12-render"),
    "done-subjob-my-label-5": event("done", "subjob", "my-label", "5"),
    "done-subjob-my-label-*": event("done", "subjob", "my-label", "*"),
    "done-work-self--5": event("done", "work", "self", "-5"),
    "done-work-self-1-10": event("done", "work", "self", "1-10"),
    "done-work-parent-a-b": event("done", "work", "parent", "a-b"),
    "done-work-1234-a-b": event("done", "work", "1234", "a-b"),
    "done-work-my-label-5": event("done", "work", "my", "label-5"),
    "assigned-host-self-node-07.farm": event(
        "assigned", "host", "self", "node-07.farm"
    ),
    "done-work-self-Segment:1-100": event("done", "work", "self", "Segment:1-100"),
}
#: Written in another way than it is printed.
NORMALIZED = {
    "failed-job-self-*": "failed-job-self",
    "failed-job-render-*": "failed-job-render",
    r"failed-work-self-\*": "failed-work-self-*",
    r"failed-subjob-self-\*": "failed-subjob-self-*",
    r"failed-job-self-\*": "failed-job-self",
    "done-job-00042": "done-job-42",
    "done-subjob-self-007": "done-subjob-self-7",
    "done-subjob-self-00": "done-subjob-self-0",
    "dummy-globaltime-10000": "globaltime-10000",
    "dummy-globalrepeat-0100-060": "globalrepeat-100-60",
    "dummy-global": "global",
    "a-job-self and b-job-self": "a-job-self && b-job-self",
    "a-job-self AND b-job-self Or c-job-self": (
        "(a-job-self && b-job-self) || c-job-self"
    ),
    "a-job-self&&b-job-self": "a-job-self && b-job-self",
    "\t( a-job-self )  ||((b-job-self))": "a-job-self || b-job-self",
    "(a-job-self || b-job-self) || c-job-self": (
        "a-job-self || b-job-self || c-job-self"
    ),
    "a-job-self && (b-job-self && c-job-self)": (
        "a-job-self && b-job-self && c-job-self"
    ),
}


@pytest.mark.parametrize(("text", "root"), {**DOCUMENTED, **HYPHENS}.items())
def test_an_event_is_cut_into_its_fields(text: str, root: Node) -> None:
    assert parse(text).root == root


@pytest.mark.parametrize("text", [*DOCUMENTED, *HYPHENS])
def test_a_trigger_prints_as_it_was_written(text: str) -> None:
    trigger = parse(text)

    assert (str(trigger), trigger.text) == (text, text)


@pytest.mark.parametrize(("text", "printed"), NORMALIZED.items())
def test_other_ways_of_writing_print_in_the_one_form(text: str, printed: str) -> None:
    assert str(parse(text)) == printed


@pytest.mark.parametrize(("text", "printed"), NORMALIZED.items())
def test_both_ways_of_writing_mean_the_same(text: str, printed: str) -> None:
    assert parse(text).root == parse(printed).root


def test_and_binds_tighter_than_or() -> None:
    a, b, c = (event(name, "job", "self") for name in "abc")

    assert parse("a-job-self || b-job-self && c-job-self").root == Or((a, And((b, c))))


def test_every_node_knows_where_it_stands() -> None:
    text = "x-job-self || (a-job-self || b-job-self) && c-job-self"

    root = parse(text).root

    assert isinstance(root, Or)
    assert [text[item.start : item.end] for item in root.items] == [
        "x-job-self",
        "(a-job-self || b-job-self) && c-job-self",
    ]


def test_the_longest_trigger_allowed_is_read() -> None:
    text = "done-work-self-".ljust(LONGEST, "x")

    assert parse(text).specs[0].canonical == text


def test_one_character_more_is_refused_where_it_stands() -> None:
    with pytest.raises(TriggerSyntaxError) as caught:
        parse("done-work-self-".ljust(LONGEST + 1, "x"))

    assert (caught.value.code, caught.value.column) == ("too-long", LONGEST + 1)


def test_the_deepest_parentheses_allowed_are_read() -> None:
    text = "(" * DEEPEST + "done-job-self" + ")" * DEEPEST

    assert str(parse(text)) == "done-job-self"


def test_one_parenthesis_more_is_refused_where_it_stands() -> None:
    with pytest.raises(TriggerSyntaxError) as caught:
        parse("(" * 10_000)

    assert (caught.value.code, caught.value.column) == ("too-deep", DEEPEST + 1)


def test_an_equal_depth_side_by_side_is_no_depth() -> None:
    text = " || ".join(["(done-job-self)"] * (DEEPEST + 1))

    assert len(parse(text).specs) == 1
