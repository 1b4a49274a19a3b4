"""Source underlined for a terminal."""

from __future__ import annotations

import pytest

from qubecb.cli.underlining import underlined


@pytest.mark.parametrize(
    ("source", "column", "end", "expected"),
    [
        ("abc", 2, 3, "    | abc\n    |  ^"),
        ("abc", 4, 4, "    | abc\n    |    ^"),
        ("\tabc", 2, 5, "    |  abc\n    |  ^^^"),
        ("日本x", 2, 3, "    | 日本x\n    |   ^^"),
        ("e\u0301x", 3, 4, "    | e\u0301x\n    |  ^"),
        ("", 1, 1, "    | \n    | ^"),
    ],
)
def test_the_part_is_underlined(
    source: str, column: int, end: int, expected: str
) -> None:
    assert underlined(source, column, end) == expected


def test_a_long_line_is_cut_around_the_part() -> None:
    shown, carets = underlined("x" * 500 + "HERE" + "y" * 500, 501, 505).splitlines()
    assert len(shown) < 120
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "HERE"


def test_controls_and_undecodable_bytes_are_replaced() -> None:
    assert "\x1b" not in underlined("\x1b[31m\udcff", 1, 2)
