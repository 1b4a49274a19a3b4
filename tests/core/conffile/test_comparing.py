"""What two files have in common is found in order, and in no time that grows with its square."""

from __future__ import annotations

import random
import time

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


def _shuffled(items: list[str]) -> list[str]:
    return random.Random(1).sample(items, len(items))  # noqa: S311 (repeatable)


DISTINCT = [f"script{at}.py = failed-job-self" for at in range(10_000)]
TWICE = [f"line {at // 2}" for at in range(10_000)]
ALIKE = ["a", "b"] * 5000


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (DISTINCT, _shuffled(DISTINCT)),
        (DISTINCT, DISTINCT[::-1]),
        (TWICE, _shuffled(TWICE)),
        (ALIKE, _shuffled(ALIKE)),
        (ALIKE, ["b", "c"] * 5000),
    ],
    ids=["shuffled", "reversed", "twice", "alike", "half"],
)
def test_ten_thousand_lines_take_less_than_a_second(
    before: list[str], after: list[str]
) -> None:
    began = time.process_time()
    edits(before, after)
    assert time.process_time() - began < 1.0
