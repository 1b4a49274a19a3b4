"""Whole numbers are read in one place, which takes nothing for a number that nobody means."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.digits import LARGEST, integer, is_digits, limited, whole_number

#: What int() takes and nobody means, or cannot take at all.
NO_NUMBERS = (
    "",
    " 7",
    "7 ",
    "+7",
    "1_000",
    "٣",
    "\uff17",
    "²",
    "0x10",
    "1e3",
    "7.0",
    "--7",
)
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_not_digits_is_no_number(text: str) -> None:
    assert not is_digits(text)
    assert (whole_number(text), limited(text), integer(text)) == (None, None, None)


@given(st.integers(0, 2 * LARGEST), st.integers(0, 5_000))
def test_a_number_is_read_whatever_zeros_stand_before_it(
    number: int, zeros: int
) -> None:
    text = "0" * zeros + str(number)
    assert whole_number(text) == (number if number <= LARGEST else None)
    assert limited(text) == min(number, LARGEST)


@given(st.integers(-2 * LARGEST, 2 * LARGEST))
def test_a_number_below_zero_is_read_where_it_may_be_one(number: int) -> None:
    fits = -LARGEST - 1 <= number <= LARGEST
    assert integer(str(number)) == (number if fits else None)


def test_a_number_out_of_range_is_none() -> None:
    read = [whole_number(text, 1, 10) for text in ("0", "1", "10", "11", "9" * 5_000)]
    assert read == [None, 1, 10, None, None]


def test_a_number_of_five_thousand_digits_is_the_largest() -> None:
    assert limited("9" * 5_000) == LARGEST
    assert limited("9" * 5_000, 50) == 50


def test_no_other_module_reads_digits_by_itself() -> None:
    """But those that run in other interpreters, which cannot import it."""
    by_hand = re.compile(r"\.(isdigit|isdecimal|isnumeric)\(")
    elsewhere = (
        "digits.py",
        "/inside/",
        "/python_host/",
        "/python_child/",
    )
    found = [
        str(path.relative_to(ROOT))
        for room in ("qubecb", "dashboard")
        for path in (ROOT / room).rglob("*.py")
        if by_hand.search(path.read_text())
    ]
    assert [path for path in found if not any(one in path for one in elsewhere)] == []
