"""Durations as they are rolled up: counts by bucket, and what can be read from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.models.statistics import BUCKETS


def bound_in_words(seconds: float) -> str:
    """`5 ms`, `2.5 s`, `5 min`."""
    if seconds < 1:
        return f"{seconds * 1000:g} ms"
    return f"{seconds:g} s" if seconds < 60 else f"{seconds / 60:g} min"


#: The buckets in words: what each goes up to.
WORDS = (*map(bound_in_words, BUCKETS), "more")


def added(counts: Iterable[Sequence[int]]) -> list[int]:
    """Add histograms, bucket by bucket; rows without one count as nothing."""
    total = [0] * (len(BUCKETS) + 1)
    for row in counts:
        for at, count in enumerate(row[: len(total)]):
            total[at] += count
    return total


def percentile(counts: Sequence[int], share: float) -> float | None:
    """The bound in seconds below which this share of the runs ended, or None without runs.

    It is a bucket's upper bound, so never less than the truth; what took longer than the
    last bound is said to have taken twice that.
    """
    every = sum(counts)
    if not every:
        return None
    wanted, seen = every * share, 0
    for at, count in enumerate(counts):
        seen += count
        if seen >= wanted and count:
            return BUCKETS[at] if at < len(BUCKETS) else BUCKETS[-1] * 2
    return BUCKETS[-1] * 2
