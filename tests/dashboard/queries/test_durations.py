"""Durations as they are rolled up."""

from __future__ import annotations

import pytest

from dashboard.models.statistics import BUCKETS
from dashboard.queries.durations import WORDS, percentile

EMPTY = [0] * (len(BUCKETS) + 1)


def counts(**at: int) -> list[int]:
    """A histogram with some buckets filled: `counts(b0=3)`."""
    filled = list(EMPTY)
    for name, count in at.items():
        filled[int(name[1:])] = count
    return filled


@pytest.mark.parametrize(
    ("given", "share", "seconds"),
    [
        (EMPTY, 0.95, None),
        (counts(b0=1), 0.95, BUCKETS[0]),
        (counts(b0=95, b5=5), 0.95, BUCKETS[0]),
        (counts(b0=94, b5=6), 0.95, BUCKETS[5]),
        (counts(b14=1), 0.95, BUCKETS[-1] * 2),
    ],
)
def test_a_percentile_is_the_bound_of_its_bucket(
    given: list[int], share: float, seconds: float | None
) -> None:
    assert percentile(given, share) == seconds


def test_every_bucket_has_a_word() -> None:
    assert len(WORDS) == len(EMPTY)
    assert WORDS[0] == "5 ms"
    assert WORDS[-2:] == ("5 min", "more")
