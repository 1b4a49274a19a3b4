"""Settings in comment lines above a mapping."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.conffile.options import OPTION_KINDS, CallbackOptions, parse_options


def read(text: str) -> dict[str, float | int]:
    values, problems = parse_options(text, 1, 0)
    assert problems == []
    return values


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("timeout=300", "timeout", 300),
        ("timeout=1.5s", "timeout", 1.5),
        ("memory=4G", "memory", 4 * 1024**3),
        ("memory=64M", "memory", 64 * 1024**2),
        ("memory=20480K", "memory", 20 * 1024**2),
        ("memory=104857600", "memory", 104857600),
        ("memory=1.5G", "memory", 3 * 512 * 1024**2),
        ("output=0", "output", 0),
        ("nice=0", "nice", 0),
        ("concurrency=1", "concurrency", 1),
    ],
)
def test_a_setting_becomes_a_plain_number(text: str, key: str, value: float) -> None:
    assert read(text) == {key: value}


@pytest.mark.parametrize("key", OPTION_KINDS)
def test_the_example_of_each_setting_can_be_read(key: str) -> None:
    assert list(read(f"{key}={OPTION_KINDS[key].example}")) == [key]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("timeout=5min", "'5min' is not a value for timeout"),
        ("timeout=-1", "timeout=-1 is out of range"),
        ("timeout=0", "timeout=0 is out of range"),
        ("timeout=", "'' is not a value for timeout"),
        ("timeout", "'timeout' is not key=value"),
        ("colour=red", "'colour' is not a setting"),
        ("memory=4T", "'4T' is not a value for memory"),
        ("memory=1K", "memory=1K is out of range"),
        ("files=1.5", "files must be a whole number"),
        ("nice=20", "nice=20 is out of range"),
        ("nice=٣", "'٣' is not a value for nice"),
        ("timeout=1e5", "'1e5' is not a value for timeout"),
        ("timeout=" + "9" * 5000, f"'{'9' * 5000}' is not a value for timeout"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, message: str) -> None:
    values, problems = parse_options(text, 1, 0)
    assert (values, [problem.message for problem in problems]) == ({}, [message])


def test_a_problem_has_its_place_and_leaves_the_others_alone() -> None:
    values, (problem,) = parse_options(" nice=1  x=2 cpu=3", 7, 9)
    assert (problem.line, problem.start, problem.end) == (7, 18, 21)
    assert values == {"nice": 1, "cpu": 3}


def test_of_a_key_given_twice_the_first_counts() -> None:
    values, (problem,) = parse_options("nice=1 nice=2", 1, 0)
    assert (values, problem.message) == ({"nice": 1}, "nice is given twice")


def test_options_are_written_as_short_as_they_can_be() -> None:
    options = CallbackOptions(timeout=1.5, memory=4 * 1024**3, output=1000, nice=0)
    assert str(options) == "timeout=1.5 memory=4G output=1000 nice=0"


_VALUES = st.fixed_dictionaries(
    {},
    optional={
        key: st.integers(int(kind.least) + 1, int(kind.most))
        for key, kind in OPTION_KINDS.items()
    },
)


@given(_VALUES)
def test_options_written_and_read_are_the_same(values: dict[str, int]) -> None:
    options = CallbackOptions.from_dict(values)
    assert CallbackOptions.from_dict(read(str(options))) == options
    assert CallbackOptions.from_dict(options.as_dict()) == options
