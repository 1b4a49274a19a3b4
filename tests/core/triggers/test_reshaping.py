"""A trigger is built step by step, and every trigger can be."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.triggers import And, EventSpec, Node, Or, parse
from qubecb.triggers.reshaping import find, join, move, put, remove, turn, walk

A, B, C, D = (EventSpec(f"e{each}", "job", "self") for each in "abcd")
EVENTS = st.sampled_from([A, B, C, D])
KINDS = st.sampled_from([And, Or])
STEPS = st.lists(st.tuples(st.integers(0, 30), KINDS, EVENTS), max_size=8)


def tree(text: str) -> Node:
    """A trigger of the events a to d, as `(a & b) | c`."""
    text = re.sub("[abcd]", r"e\g<0>-job-self", text)
    return parse(text.replace("&", "&&").replace("|", "||")).root


def test_two_groups_are_built_by_joining() -> None:
    built = join(A, (), And, B)
    built = join(built, (), Or, C)
    assert join(built, (1,), And, D) == tree("(a & b) | (c & d)")


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a | b | c", (0,), "(a & b) | c"),
        ("a | b | c", (1,), "a | (b & c)"),
        ("a | b", (0,), "a & b"),
        ("(a & b) | c", (0,), "a & b & c"),
        ("(a & b) | c", (0, 0), "a | b | c"),
        ("a & (b | c)", (0,), "a | b | c"),
        ("a | b", (1,), "a | b"),
    ],
)
def test_an_operator_is_turned_and_its_two_become_a_group(
    before: str, path: tuple[int, ...], after: str
) -> None:
    assert turn(tree(before), path) == tree(after)


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a | b | c", (1,), "a | c"),
        ("(a & b) | c", (0, 1), "a | c"),
        ("(a & b) | (c & d)", (0,), "c & d"),
        ("a & (b | c)", (1, 0), "a & c"),
    ],
)
def test_a_part_is_taken_away_and_the_rest_stays(
    before: str, path: tuple[int, ...], after: str
) -> None:
    assert remove(tree(before), path) == tree(after)
    assert remove(A, ()) is None


def test_parts_change_places() -> None:
    assert move(tree("a | b | c"), (0,), 1) == tree("b | a | c")
    assert move(tree("a | (b & c)"), (1,), -1) == tree("(b & c) | a")
    assert move(tree("a | b"), (0,), -1) == tree("a | b")
    assert move(tree("a | b"), (1,), 1) == tree("a | b")


def test_a_part_gives_its_place_to_another() -> None:
    assert put(tree("(a & b) | c"), (0, 1), D) == tree("(a & d) | c")
    assert put(tree("a & b"), (1,), tree("c & d")) == tree("a & c & d")


def test_a_place_that_there_is_not_is_none() -> None:
    assert find(tree("a | b"), (2,)) is None
    assert find(A, (0,)) is None


@given(EVENTS, STEPS)
def test_whatever_is_built_reads_as_what_was_built(
    root: Node, steps: list[tuple[int, type[And] | type[Or], EventSpec]]
) -> None:
    for at, kind, event in steps:
        places = [path for path, _ in walk(root)]
        path = places[at % len(places)]
        root = turn(join(root, path, kind, event), path)
        assert parse(str(root)).root == root
