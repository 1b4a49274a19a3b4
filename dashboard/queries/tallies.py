"""What is rolled up, added together: by callback or by trigger, in hours or in days.

Nothing here counts runs; every number comes from the roll-ups that are written when a run
ends.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from dashboard.models import RollUp
from dashboard.queries.durations import added, percentile
from dashboard.queries.pulse import BAD
from qubecb.runner.outcome import RunState

ENDED = tuple(state.value for state in RunState if state.ended)
#: Ended without having been started.
_NOT_RUN = (RunState.SUPPRESSED.value, RunState.CANCELLED.value)

Key = TypeVar("Key", bound=Hashable)
Start = Callable[[datetime], datetime]


@dataclass(slots=True)
class Tally:
    """Runs that ended: how many in which state, and how long they took."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ENDED, 0))
    rows: list[Sequence[int]] = field(default_factory=list)

    def add(self, row: RollUp) -> None:
        """Count one hour of one callback and trigger."""
        for state in ENDED:
            self.counts[state] += getattr(row, state)
        self.rows.append(row.durations)

    def include(self, other: Tally) -> None:
        """Count what another tally counts too."""
        for state in ENDED:
            self.counts[state] += other.counts[state]
        self.rows.extend(other.rows)

    @property
    def total(self) -> int:
        """Runs that ended, those included that were never started."""
        return sum(self.counts.values())

    @property
    def ran(self) -> int:
        """Runs that were started."""
        return self.total - sum(self.counts[state] for state in _NOT_RUN)

    @property
    def bad(self) -> int:
        """Runs that failed, timed out, crashed or were lost."""
        return sum(self.counts[state] for state in BAD)

    @property
    def success(self) -> float | None:
        """The share of the started ones that succeeded; None when none was started."""
        return self.counts["succeeded"] / self.ran if self.ran else None

    @property
    def durations(self) -> list[int]:
        """Counts by bucket of `durations.WORDS`."""
        return added(self.rows)

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
    start_of: Start

    def history(self) -> History:
        """A history without any run."""
        return History(self.starts)

    def read(
        self, rows: QuerySet[RollUp], key: Callable[[RollUp], Key]
    ) -> dict[Key, History]:
        """Add up roll-ups by a key, in one query."""
        found: dict[Key, History] = {}
        for row in rows.filter(hour__gte=self.starts[0]):
            history = found.setdefault(key(row), self.history())
            history.all.add(row)
            start = self.start_of(row.hour)
            history.by_start.setdefault(start, Tally()).add(row)
        return found


def hours(count: int = 24) -> Window:
    """The last hours, the current one included."""
    current = _hour(timezone.now())
    starts = tuple(current - timedelta(hours=at) for at in reversed(range(count)))
    return Window(starts, _hour)


def days(count: int = 14) -> Window:
    """The last days of the site's time zone, today included."""
    today = timezone.localdate()
    starts = tuple(
        _midnight(today - timedelta(days=at)) for at in reversed(range(count))
    )
    return Window(starts, lambda moment: _midnight(timezone.localdate(moment)))


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _midnight(day: object) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(f"{day}T00:00:00"))
