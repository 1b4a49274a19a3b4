"""What two sequences have in common, in order: lines of two files, characters of two lines."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

#: Longer middles are compared without what is frequent in them, so that no file takes long.
_EXACT = 400


class Same(NamedTuple):
    """`size` items from `before` in the one sequence equal those from `after` in the other."""

    before: int
    after: int
    size: int


class Edit(NamedTuple):
    """One stretch of two sequences: the same in both, or not; half open."""

    same: bool
    before: int
    before_end: int
    after: int
    after_end: int


def same_parts(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Same]:
    """Give the longest equal stretches, in order: what both begin and end with, first."""
    first = _common_start(before, after)
    last = _common_start(before[first:][::-1], after[first:][::-1])
    middle = before[first : len(before) - last], after[first : len(after) - last]
    long = max(len(middle[0]), len(middle[1])) > _EXACT
    found = [Same(0, 0, first)] if first else []
    if middle[0] and middle[1]:
        matcher = SequenceMatcher(None, *middle, autojunk=long)
        found += [
            Same(first + block.a, first + block.b, block.size)
            for block in matcher.get_matching_blocks()
            if block.size
        ]
    if last:
        found.append(Same(len(before) - last, len(after) - last, last))
    return found


def edits(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Edit]:
    """Cut two sequences into stretches that are the same and stretches that are not."""
    found, at, to = [], 0, 0
    for same in [*same_parts(before, after), Same(len(before), len(after), 0)]:
        if (at, to) != (same.before, same.after):
            found.append(Edit(False, at, same.before, to, same.after))
        at, to = same.before + same.size, same.after + same.size
        if same.size:
            found.append(Edit(True, same.before, at, same.after, to))
    return found


def _common_start(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    count = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        count += 1
    return count
