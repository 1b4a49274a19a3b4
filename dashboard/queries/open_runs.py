"""Open runs: found through an index that has only them, however long the history is."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q, QuerySet

from dashboard.models import Run
from qubecb.runner.outcome import RunState

_COUNT = """
    SELECT directory, file, state, COUNT(*) FROM (
        SELECT directory, file, state FROM dashboard_run WHERE open
        ORDER BY id DESC LIMIT %s
    ) AS newest GROUP BY directory, file, state
"""
#: Open runs are counted up to this; of more, the newest.
COUNTED = 10_000
#: Open runs among which a filter looks, where the database would look among all runs.
_SEARCHED = 100_000


def among(condition: bool) -> Q:
    """Only runs that are open, or only the others.

    SQLite prefers any index on a compared column to the one on open runs, and would
    read every run that ever failed. So the ids of the open runs are given to it.
    """
    if not condition:
        return Q(open=False)
    if connection.vendor != "sqlite":
        return Q(open=True)
    return Q(id__in=newest(_SEARCHED).values("id"))


def newest(most: int = COUNTED) -> QuerySet[Run]:
    """The newest open runs."""
    return Run.objects.filter(open=True).order_by("-id")[:most]


@dataclass(slots=True)
class OpenCount:
    """How many runs are open, by state."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, state: str, count: int) -> None:
        self.counts[state] = self.counts.get(state, 0) + count

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    @property
    def suppressed(self) -> int:
        """Suppressed runs."""
        return self.counts.get(RunState.SUPPRESSED, 0)

    @property
    def bad(self) -> int:
        """Runs that ran and went wrong."""
        return self.total - self.suppressed

    @property
    def more(self) -> bool:
        """Whether there are more than were counted."""
        return self.total >= COUNTED


@dataclass(slots=True)
class OpenRuns:
    """What is open: all of it, and callback by callback."""

    all: OpenCount = field(default_factory=OpenCount)
    by_callback: dict[tuple[str, str], OpenCount] = field(default_factory=dict)

    def of(self, directory: str, file: str) -> OpenCount:
        """The open runs of one callback."""
        return self.by_callback.get((directory, file)) or OpenCount()


def open_runs() -> OpenRuns:
    """Count what is open, in one query."""
    found = OpenRuns()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [COUNTED])
        for directory, file, state, count in cursor.fetchall():
            found.all.add(state, count)
            of_one = found.by_callback.setdefault((directory, file), OpenCount())
            of_one.add(state, count)
    return found
