"""A line of source with a part underlined, for a terminal."""

from __future__ import annotations

import unicodedata

MARGIN = "    | "
#: Characters shown of a line, and of these before the part that is underlined.
WIDEST, BEFORE = 100, 40


def underlined(source: str, column: int, end_column: int) -> str:
    """Two lines: the source, cut around the part, and carets below the part.

    Columns count from 1; `end_column` is the one after the part.
    """
    left = max(0, column - 1 - BEFORE) if len(source) > WIDEST else 0
    shown = [_visible(each) for each in source[left : left + WIDEST]]
    start = column - 1 - left
    end = min(max(end_column - 1 - left, start + 1), max(len(shown), start + 1))
    before = " " * sum(map(_width, shown[:start]))
    carets = "^" * max(1, sum(map(_width, shown[start:end])))
    return f"{MARGIN}{''.join(shown)}\n{MARGIN}{before}{carets}"


def _visible(character: str) -> str:
    """A character of normal width: no tab, no control character, no half surrogate pair."""
    if character == "\t":
        return " "
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
