"""Many places in the order of events as a few bytes: differences, compressed."""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise


def packed(sequences: Iterable[int]) -> bytes:
    """Pack sequences, in any order."""
    rising = array("Q", sorted(sequences))
    steps = array("Q", (after - before for before, after in pairwise(rising)))
    return zlib.compress(rising[:1].tobytes() + steps.tobytes())


def unpacked(data: bytes) -> array[int]:
    """Give them, rising; none for no bytes."""
    steps = array("Q")
    if data:
        steps.frombytes(zlib.decompress(data))
    return array("Q", accumulate(steps))


def near(
    sequences: Sequence[int], before: int | None, after: int | None, limit: int
) -> Sequence[int]:
    """Give those from which a page is made: the newest, or just before or after one; one more than a page has."""
    if after is not None:
        place = bisect_right(sequences, after)
        return sequences[place : place + limit + 1]
    end = len(sequences) if before is None else bisect_left(sequences, before)
    return sequences[max(0, end - limit - 1) : end]
