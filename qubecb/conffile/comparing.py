"""What two sequences have in common, in order: lines of two files, characters of two lines.

Short stretches are compared exactly. Long ones are first cut at the items that both hold just
once ("patience"), so that the time grows with their length and not with its square.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

#: Up to so many items are compared exactly: in the worst case, each with each.
_EXACT = 200
#: Cuts within cuts; what is still long then is cut a last time.
_DEEPEST = 12


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


class _Gap(NamedTuple):
    """Two stretches, half open, that are still to be compared."""

    before: int
    before_end: int
    after: int
    after_end: int
    depth: int = 0

    @property
    def is_long(self) -> bool:
        size = max(self.before_end - self.before, self.after_end - self.after)
        return size > _EXACT


#: Where an item is in the one sequence, and where in the other.
_Pair = tuple[int, int]


def same_parts(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Same]:
    """Give equal stretches, in order: what both begin and end with, first."""
    found: list[Same] = []
    gaps = [_Gap(0, len(before), 0, len(after))]
    while gaps:
        ends, gap = _trimmed(before, after, gaps.pop())
        found += ends
        if not gap.is_long:
            found += _exactly(before, after, gap)
            continue
        once = _rising(_once(before, after, gap)) if gap.depth < _DEEPEST else []
        gaps += _around(gap, once)
        pairs = once or _rising(_counted(before, after, gap))
        found += [Same(*pair, 1) for pair in pairs]
    return list(_joined(sorted(found)))


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


def _trimmed(
    before: Sequence[Hashable], after: Sequence[Hashable], gap: _Gap
) -> tuple[list[Same], _Gap]:
    """What two stretches begin and end with, and what lies between."""
    start, end, to, stop, depth = gap
    while start < end and to < stop and before[start] == after[to]:
        start, to = start + 1, to + 1
    while start < end and to < stop and before[end - 1] == after[stop - 1]:
        end, stop = end - 1, stop - 1
    ends = [
        Same(gap.before, gap.after, start - gap.before),
        Same(end, stop, gap.before_end - end),
    ]
    return [each for each in ends if each.size], _Gap(start, end, to, stop, depth)


def _exactly(
    before: Sequence[Hashable], after: Sequence[Hashable], gap: _Gap
) -> Iterator[Same]:
    """The longest equal stretches."""
    one, other = before[gap.before : gap.before_end], after[gap.after : gap.after_end]
    if not one or not other:
        return
    for block in SequenceMatcher(
        None, one, other, autojunk=False
    ).get_matching_blocks():
        if block.size:
            yield Same(gap.before + block.a, gap.after + block.b, block.size)


def _once(
    before: Sequence[Hashable], after: Sequence[Hashable], gap: _Gap
) -> list[_Pair]:
    """The items that each stretch holds once."""
    one, other = before[gap.before : gap.before_end], after[gap.after : gap.after_end]
    counts, others = Counter(one), Counter(other)
    places = {item: gap.after + at for at, item in enumerate(other)}
    return [
        (gap.before + at, places[item])
        for at, item in enumerate(one)
        if counts[item] == 1 and others[item] == 1
    ]


def _counted(
    before: Sequence[Hashable], after: Sequence[Hashable], gap: _Gap
) -> list[_Pair]:
    """The items of both stretches: the first of a kind with the first, and so on."""
    places = dict(_numbered(after[gap.after : gap.after_end], gap.after))
    numbered = _numbered(before[gap.before : gap.before_end], gap.before)
    return [(at, places[each]) for each, at in numbered if each in places]


def _numbered(
    items: Iterable[Hashable], first: int
) -> Iterator[tuple[tuple[Hashable, int], int]]:
    seen: Counter[Hashable] = Counter()
    for at, item in enumerate(items, first):
        yield (item, seen[item]), at
        seen[item] += 1


def _rising(pairs: Sequence[_Pair]) -> list[_Pair]:
    """As many of the pairs as are in order in both sequences."""
    ends: list[int] = []  # the lowest end of a rising row, by the row's length
    last: list[int] = []  # the pair at that end
    before: list[int] = []
    for at, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [at]
    found, at = [], last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _around(gap: _Gap, pairs: Sequence[_Pair]) -> Iterator[_Gap]:
    """The stretches before, between and after pairs; none without a pair."""
    if not pairs:
        return
    at, to = gap.before, gap.after
    for one, other in [*pairs, (gap.before_end, gap.after_end)]:
        if one > at and other > to:
            yield _Gap(at, one, to, other, gap.depth + 1)
        at, to = one + 1, other + 1


def _joined(found: Sequence[Same]) -> Iterator[Same]:
    """Stretches that follow one another as one."""
    held: Same | None = None
    for each in found:
        if held and (held.before + held.size, held.after + held.size) == each[:2]:
            held = Same(held.before, held.after, held.size + each.size)
            continue
        if held:
            yield held
        held = each
    if held:
        yield held
