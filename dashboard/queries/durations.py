"""Durations as they are rolled up: counts by bucket, and what can be read from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Func, IntegerField

from dashboard.models.statistics import BUCKETS
from qubecb import durations

#: The buckets in words: what each goes up to.
WORDS = (*map(durations.bound, BUCKETS), "more")


class Bucket(Func):
    """What a roll-up counts in one bucket of its histogram; nothing where it has none."""

    arity = 1
    output_field = IntegerField()

    def __init__(self, at: int) -> None:
        super().__init__("durations", at=int(at))

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """A member of a list, as SQLite takes it out."""
        member = "JSON_EXTRACT(%(expressions)s, '$[%(at)s]')"
        return self.as_sql(compiler, connection, template=member, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """A member of a list, as PostgreSQL takes it out."""
        member = "(%(expressions)s ->> %(at)s)::integer"
        return self.as_sql(compiler, connection, template=member, **extra)


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
