"""What is rolled up, added together: by callback or by trigger, in hours or in days.

Nothing here counts runs; every number comes from the roll-ups that are written when a run
ends. The database adds them up: three hundred busy callbacks leave fifty thousand a week.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, QuerySet, Sum, Value, When
from django.utils import timezone

from dashboard.models import RollUp
from dashboard.models.statistics import BUCKETS
from dashboard.queries.durations import Bucket, percentile
from qubecb.runner.outcome import BAD, ENDED, NOT_RUN

#: What is added up of roll-ups: runs by end state, and how long they took.
SUMS = {state: Sum(state) for state in ENDED}
DURATIONS = {f"duration_{at}": Sum(Bucket(at)) for at in range(len(BUCKETS) + 1)}

Key = tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """Runs that ended: how many in which state, and how long they took."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ENDED, 0))
    #: Counts by bucket of `durations.WORDS`.
    durations: list[int] = field(default_factory=lambda: [0] * len(DURATIONS))

    @classmethod
    def of(cls, sums: dict[str, Any]) -> Tally:
        """Take sums of SUMS and DURATIONS; without a roll-up they are None."""
        counts: dict[str, int] = {state: sums[state] or 0 for state in ENDED}
        return cls(counts, [sums[name] or 0 for name in DURATIONS])

    def include(self, other: Tally) -> None:
        """Count what another tally counts too."""
        for state in ENDED:
            self.counts[state] += other.counts[state]
        for at, count in enumerate(other.durations):
            self.durations[at] += count

    @property
    def total(self) -> int:
        """Runs that ended, those included that were never started."""
        return sum(self.counts.values())

    @property
    def ran(self) -> int:
        """Runs that were started."""
        return self.total - sum(self.counts[state] for state in NOT_RUN)

    @property
    def bad(self) -> int:
        """Runs that failed, timed out, crashed or were lost."""
        return sum(self.counts[state] for state in BAD)

    @property
    def success(self) -> float | None:
        """The share of the started ones that succeeded; None when none was started."""
        return self.counts["succeeded"] / self.ran if self.ran else None

    @property
    def p50(self) -> float | None:
        """Seconds within which half of the runs ended."""
        return percentile(self.durations, 0.5)

    @property
    def p95(self) -> float | None:
        """Seconds within which 95 of 100 runs ended."""
        return percentile(self.durations, 0.95)


@dataclass(slots=True)
class History:
    """A tally, and the same by hour or day."""

    starts: tuple[datetime, ...]
    all: Tally = field(default_factory=Tally)
    by_start: dict[datetime, Tally] = field(default_factory=dict)

    @property
    def periods(self) -> list[tuple[datetime, Tally]]:
        """Every hour or day, oldest first, also those without a run."""
        return [(start, self.by_start.get(start) or Tally()) for start in self.starts]

    @property
    def spark(self) -> list[tuple[int, int]]:
        """All and bad runs of every hour or day, oldest first."""
        return [(tally.total, tally.bad) for _, tally in self.periods]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time that ends now, cut into hours or days."""

    starts: tuple[datetime, ...]
    #: The start of the stretch that a roll-up's hour lies in.
    start: Case | F

    def history(self) -> History:
        """A history without any run."""
        return History(self.starts)

    def within(self, rows: QuerySet[RollUp]) -> QuerySet[RollUp]:
        """The roll-ups of this stretch."""
        return rows.filter(hour__gte=self.starts[0]).order_by()

    def read(self, rows: QuerySet[RollUp], *key: str) -> dict[Key, History]:
        """Add up roll-ups by columns, and by hour or day, in one query."""
        sums = self.within(rows).annotate(start=self.start).values(*key, "start")
        found: dict[Key, History] = {}
        for row in sums.annotate(**SUMS, **DURATIONS):
            name = tuple(str(row[column]) for column in key)
            history, tally = found.setdefault(name, self.history()), Tally.of(row)
            history.all.include(tally)
            history.by_start[row["start"]] = tally
        return found

    def totals(self, rows: QuerySet[RollUp], *key: str) -> dict[Key, Tally]:
        """Add up roll-ups by columns, the whole stretch at once, in one query."""
        sums = self.within(rows).values(*key).annotate(**SUMS, **DURATIONS)
        return {
            tuple(str(row[column]) for column in key): Tally.of(row) for row in sums
        }


def hours(count: int = 24) -> Window:
    """The last hours, the current one included."""
    current = _hour(timezone.now())
    starts = tuple(current - timedelta(hours=at) for at in reversed(range(count)))
    return Window(starts, F("hour"))


def days(count: int = 14) -> Window:
    """The last days of the site's time zone, today included."""
    today = timezone.localdate()
    starts = tuple(
        _midnight(today - timedelta(days=at)) for at in reversed(range(count))
    )
    whens = [When(hour__gte=start, then=Value(start)) for start in reversed(starts)]
    return Window(starts, Case(*whens))


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _midnight(day: object) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(f"{day}T00:00:00"))
