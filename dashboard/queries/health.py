"""The state of the service, and its metrics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Sum

from dashboard.models import EventRecord, Heartbeat, RollUp, Run
from dashboard.models.events import SET_ASIDE, WAITING
from dashboard.queries import open_runs
from dashboard.queries.absences import is_unsettled
from dashboard.queries.pulse import with_heard
from dashboard.queries.tallies import DURATIONS, SUMS
from qubecb.runner.outcome import UNFINISHED, RunState

#: Waiting events and open runs are counted up to this, so a flood does not slow its own display.
MOST_COUNTED = 1_000_000


@dataclass(frozen=True, slots=True)
class Health:
    """Which processes are alive, and how much is waiting."""

    #: The last sign of life of any process.
    last_heartbeat: datetime | None
    dispatchers: int
    workers: int
    #: Events that are not dispatched yet.
    backlog: int
    #: Events that could not be judged, until they are planned again.
    set_aside: int
    queued: int
    running: int
    #: Parts of living processes that fail at present: `dispatcher`, …; `configuration` when a
    #: callbacks.conf is missing, or lost most of its mappings.
    trouble: tuple[str, ...] = ()

    @property
    def working(self) -> bool:
        """Whether events are dispatched and runs are started."""
        return self.dispatchers > 0 and self.workers > 0


def health() -> Health:
    """Read who is alive, what waits, is set aside and missing: six small queries."""
    beats = with_heard()[:100]
    alive = [beat for beat in beats if beat.heard]
    counts = _unfinished()
    return Health(
        last_heartbeat=beats[0].beat_at if beats else None,
        dispatchers=sum(1 for beat in alive if _is(beat, "dispatcher")),
        workers=sum(1 for beat in alive if _is(beat, "worker")),
        backlog=EventRecord.objects.filter(WAITING)[:MOST_COUNTED].count(),
        set_aside=EventRecord.objects.filter(SET_ASIDE)[:MOST_COUNTED].count(),
        queued=counts.get(RunState.QUEUED, 0),
        running=counts.get(RunState.RUNNING, 0),
        trouble=tuple(sorted(_trouble(alive))),
    )


def _trouble(alive: Iterable[Heartbeat]) -> set[str]:
    """The parts that fail at present, and whether what is configured is absent."""
    parts = {part for beat in alive for part in beat.details.get("trouble", {})}
    return parts | ({"configuration"} if is_unsettled() else set())


def _is(beat: Heartbeat, part: str) -> bool:
    """Whether a process has this part; one that does not list its parts has all."""
    return bool(beat.details.get(part, True))


def _unfinished() -> dict[str, int]:
    found = Run.objects.filter(state__in=UNFINISHED)
    return dict(found.order_by().values_list("state").annotate(Count("id")))


def open_count() -> int:
    """How many runs are open."""
    return open_runs.newest(MOST_COUNTED).count()


def ended_today() -> list[dict[str, Any]]:
    """Give per callback how many runs ended in each state since midnight UTC, from roll-ups."""
    found = RollUp.objects.filter(hour__gte=_midnight()).order_by("directory", "file")
    rows = found.values("directory", "file").annotate(**SUMS)
    return [dict(row) for row in rows]


def kept_back_today() -> dict[tuple[str, str, str], int]:
    """Give how many runs were kept back since midnight UTC, by directory, file and code."""
    found = RollUp.objects.filter(hour__gte=_midnight(), kept_back__isnull=False)
    counts: dict[tuple[str, str, str], int] = {}
    for row in found.only("directory", "file", "kept_back"):
        for code, count in (row.kept_back or {}).items():
            key = row.directory, row.file, code
            counts[key] = counts.get(key, 0) + count
    return counts


def durations_today() -> tuple[list[int], float]:
    """Give how many runs ended in each bucket of BUCKETS since midnight UTC, and their seconds."""
    found = RollUp.objects.filter(hour__gte=_midnight())
    sums = found.aggregate(total=Sum("seconds"), **DURATIONS)
    return [sums[name] or 0 for name in DURATIONS], sums["total"] or 0.0


def _midnight() -> datetime:
    now = datetime.now(UTC)
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
