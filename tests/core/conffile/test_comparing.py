"""What two files have in common is found in order, and in no time that grows with its square."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.conffile.comparing import edits, same_parts

#: Long enough, and with enough repeated items, for each way of comparing.
FEW = st.lists(st.integers(0, 5), max_size=30)
LONG = st.integers(0, 1000).map(
    lambda seed: random.Random(seed).choices(range(400), k=700)  # noqa: S311 (repeatable)
)


@given(FEW | LONG, FEW | LONG)
def test_the_stretches_are_equal_and_in_order(
    before: list[int], after: list[int]
) -> None:
    at = to = 0
    for same in same_parts(before, after):
        assert same.size > 0
        assert (same.before, same.after) >= (at, to)
        at, to = same.before + same.size, same.after + same.size
        assert before[same.before : at] == after[same.after : to]


@given(FEW | LONG)
def test_what_is_equal_is_one_stretch(whole: list[int]) -> None:
    assert [*same_parts(whole, whole)] == ([(0, 0, len(whole))] if whole else [])


@given(FEW | LONG, FEW | LONG)
def test_the_edits_make_the_one_of_the_other(
    before: list[int], after: list[int]
) -> None:
    made: list[int] = []
    for edit in edits(before, after):
        source = before[edit.before : edit.before_end]
        made += source if edit.same else after[edit.after : edit.after_end]
    assert made == after


def test_a_line_put_into_a_long_file_is_the_only_difference() -> None:
    before = [f"line {at // 2}" for at in range(5000)]
    after = [*before[:2000], "new", *before[2000:]]
    assert [edit for edit in edits(before, after) if not edit.same] == [
        (False, 2000, 2000, 2000, 2001)
    ]


def steps(before: list[str], after: list[str]) -> int:
    """How many lines of Python it takes to compare these."""
    taken = 0

    def trace(frame: FrameType, event: str, given: object) -> Any:
        nonlocal taken
        taken += 1
        return trace

    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        edits(before, after)
    finally:
        sys.settrace(previous)
    return taken


def _with_shuffled(items: list[str]) -> tuple[list[str], list[str]]:
    return items, random.Random(1).sample(items, len(items))  # noqa: S311 (repeatable)


def _with_reversed(items: list[str]) -> tuple[list[str], list[str]]:
    return items, items[::-1]


KINDS: dict[str, Callable[[int], tuple[list[str], list[str]]]] = {
    "shuffled": lambda size: _with_shuffled([f"line {at}" for at in range(size)]),
    "reversed": lambda size: _with_reversed([f"line {at}" for at in range(size)]),
    "twice": lambda size: _with_shuffled([f"line {at // 2}" for at in range(size)]),
    "alike": lambda size: _with_shuffled(["a", "b"] * (size // 2)),
    "half": lambda size: (["a", "b"] * (size // 2), ["b", "c"] * (size // 2)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_lines_are_not_four_times_the_work(kind: str) -> None:
    few, many = (steps(*KINDS[kind](size)) for size in (1500, 3000))
    assert many < 3 * few
