"""What is an id, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.errors import BadTarget
from qubecb.jobs.targets import Target, parse_target


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("1234", Target(1234)),
        ("1234.0", Target(1234, instance=0)),
        ("1234:7", Target(1234, item="7")),
        ("1234:25-29", Target(1234, item="25-29")),
        ("1234:Segment:1-100", Target(1234, item="Segment:1-100")),
        ("1234:a.b c", Target(1234, item="a.b c")),
        ("9223372036854775807", Target(2**63 - 1)),
        ("render-7", Target("render-7")),
        ("render-7.0", Target("render-7", instance=0)),
        ("render-7:10", Target("render-7", item="10")),
        ("12a:Segment:1-100", Target("12a", item="Segment:1-100")),
        ("--help", Target("--help")),
    ],
)
def test_ids_are_read_and_written_back(text: str, target: Target) -> None:
    assert parse_target(text) == target
    assert str(target) == text


@pytest.mark.parametrize("text", ["0", "0.0", "0:7", "00"])
def test_id_0_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(BadTarget, match="all of the user's jobs"):
        parse_target(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-1",
        "1234 ",
        "1234\n",
        "1234.",
        "1234:",
        "1234.x",
        "1,2",
        "1-5",
        "a b",
        "٣",
        "007",
        "007:7",
        "9223372036854775808",
        "1" * 5000,
        "1234:" + "x" * 5000,
        "1234:\0",
        "1234:a\nb",
        "1234:\ud800",
        "{'id': 5}",
        "*",
        "a" * 201,
        "é7",
    ],
)
def test_garbage_is_refused_and_shown_short(text: str) -> None:
    with pytest.raises(BadTarget, match="is not an id") as caught:
        parse_target(text)
    assert len(str(caught.value)) < 250
    assert str(caught.value).isprintable()


@given(st.text())
def test_any_text_is_an_id_or_a_bad_target(text: str) -> None:
    try:
        target = parse_target(text)
    except BadTarget:
        return
    assert parse_target(str(target)) == target
