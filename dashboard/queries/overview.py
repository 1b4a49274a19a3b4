"""Is anything wrong right now? What the overview reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from dashboard.models import (
    EventRecord,
    Heartbeat,
    PauseRecord,
    RollUp,
    Run,
    SpoolProblem,
)
from dashboard.queries.durations import added, percentile
from dashboard.queries.pulse import BAD, SILENCE, newest_bad
from qubecb.runner.outcome import RunState

HOURS = 24
ENDED = tuple(state.value for state in RunState if state.ended)
#: A callback is slow when 95 of 100 runs need up to this many seconds or more.
SLOW = 10.0
#: How far back events with a remark are looked for.
_REMARKED = 20_000
_PROCESSES = 50


@dataclass(frozen=True, slots=True)
class Hour:
    """How many runs ended in one hour, by state."""

    start: datetime
    counts: dict[str, int]


@dataclass(slots=True)
class CallbackDay:
    """One callback in the last 24 hours."""

    directory: str
    file: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ENDED, 0))
    durations: list[Sequence[int]] = field(default_factory=list)
    hours: dict[datetime, tuple[int, int]] = field(default_factory=dict)
    pause: PauseRecord | None = None

    @property
    def total(self) -> int:
        """Runs that ended, suppressed ones included."""
        return sum(self.counts.values())

    @property
    def ran(self) -> int:
        """Runs that were really run."""
        return self.total - self.counts["suppressed"] - self.counts["cancelled"]

    @property
    def bad(self) -> int:
        """Runs that went wrong."""
        return sum(self.counts[state] for state in BAD)

    @property
    def success(self) -> float | None:
        """The share of its runs that succeeded."""
        return self.counts["succeeded"] / self.ran if self.ran else None

    @property
    def p95(self) -> float | None:
        """Seconds within which 95 of 100 runs ended."""
        return percentile(added(self.durations), 0.95)

    @property
    def slow(self) -> bool:
        """Whether it takes long."""
        return (self.p95 or 0) >= SLOW

    @property
    def spark(self) -> list[tuple[int, int]]:
        """All and bad runs of each of the 24 hours, oldest first."""
        return [self.hours.get(hour, (0, 0)) for hour in last_hours()]


@dataclass(frozen=True, slots=True)
class Day:
    """The last 24 hours."""

    hours: list[Hour]
    callbacks: list[CallbackDay]

    @property
    def totals(self) -> dict[str, int]:
        """How many runs ended, by state."""
        return {state: sum(h.counts[state] for h in self.hours) for state in ENDED}

    @property
    def total(self) -> int:
        """Runs that ended, suppressed and cancelled ones included."""
        return sum(self.totals.values())

    @property
    def bad(self) -> int:
        """Runs that went wrong."""
        return sum(self.totals[state] for state in BAD)

    @property
    def success(self) -> float | None:
        """The share of what was really run that succeeded."""
        totals = self.totals
        ran = self.total - totals["suppressed"] - totals["cancelled"]
        return totals["succeeded"] / ran if ran else None


def last_hours(now: datetime | None = None) -> list[datetime]:
    """The beginnings of the last 24 hours, oldest first."""
    current = (now or timezone.now()).replace(minute=0, second=0, microsecond=0)
    return [current - timedelta(hours=HOURS - 1 - at) for at in range(HOURS)]


def last_day() -> Day:
    """Read the last 24 hours from the roll-ups, in one query."""
    hours = {start: dict.fromkeys(ENDED, 0) for start in last_hours()}
    callbacks: dict[tuple[str, str], CallbackDay] = {}
    for row in RollUp.objects.filter(hour__gte=min(hours), hour__lte=max(hours)):
        counts = hours[row.hour]
        key = (row.directory, row.file)
        callback = callbacks.setdefault(key, CallbackDay(*key))
        for state in ENDED:
            counts[state] += getattr(row, state)
            callback.counts[state] += getattr(row, state)
        callback.durations.append(row.durations)
        _add_hour(callback, row)
    return Day(
        [Hour(start, counts) for start, counts in hours.items()], [*callbacks.values()]
    )


def _add_hour(callback: CallbackDay, row: RollUp) -> None:
    every, bad = callback.hours.get(row.hour, (0, 0))
    every += sum(getattr(row, state) for state in ENDED)
    bad += sum(getattr(row, state) for state in BAD)
    callback.hours[row.hour] = (every, bad)


def troubled(day: Day, pauses: Sequence[PauseRecord]) -> list[CallbackDay]:
    """The callbacks that fail, are slow or are paused, the worst first."""
    known = {(each.directory, each.file): each for each in day.callbacks}
    stopped = {(each.directory, each.file): each for each in pauses if each.file}
    for key, pause in stopped.items():
        known.setdefault(key, CallbackDay(*key)).pause = pause
    worst: dict[bool, list[CallbackDay]] = defaultdict(list)
    for each in known.values():
        worst[bool(each.bad or each.slow or each.pause)].append(each)
    return sorted(
        worst[True],
        key=lambda each: (-each.bad, each.pause is None, -(each.p95 or 0), each.file),
    )


@dataclass(frozen=True, slots=True)
class Worker:
    """One process of the service, and whether it still gives signs of life."""

    beat: Heartbeat
    alive: bool


def processes() -> list[Worker]:
    """The processes that work, and those that were heard of in the last day."""
    now = timezone.now()
    beats = Heartbeat.objects.filter(beat_at__gte=now - timedelta(days=1))
    return [
        Worker(beat, beat.beat_at >= now - SILENCE)
        for beat in beats.order_by("-beat_at")[:_PROCESSES]
    ]


def latest_failures(most: int = 6) -> list[Run]:
    """The newest runs that went wrong, tests left out."""
    found = newest_bad().filter(test=False).order_by("-id")
    return list(found.defer("job_then", "traceback", "notes")[:most])


def remarked_events(most: int = 3) -> list[EventRecord]:
    """The newest events of which a person should know something."""
    newest = EventRecord.objects.aggregate(newest=Max("sequence"))["newest"] or 0
    found = EventRecord.objects.filter(~Q(remark=""), sequence__gt=newest - _REMARKED)
    return list(found.defer("job").order_by("-sequence")[:most])


def waiting_events(most: int = 10_001) -> int:
    """How many events wait to be dispatched, counted up to a bound."""
    return EventRecord.objects.filter(planned_at__isnull=True)[:most].count()


def spool_problems(most: int = 3) -> list[SpoolProblem]:
    """The newest files of the spool that were no events."""
    return list(SpoolProblem.objects.order_by("-pk")[:most])
