"""Is anything wrong right now? What the overview reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

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
from dashboard.models.events import SET_ASIDE, WAITING
from dashboard.queries import open_runs
from dashboard.queries.database_time import FromNow
from dashboard.queries.open_runs import OpenCount, OpenRuns
from dashboard.queries.pulse import with_heard
from dashboard.queries.runs import without_large
from dashboard.queries.tallies import History, Tally, hours
from qubecb.runner.outcome import BAD

#: A callback is slow when 95 of 100 runs need up to this many seconds or more.
SLOW = 10.0
#: How far back events with a remark are looked for.
_REMARKED = 20_000
_PROCESSES = 50
_FAILURES = 6
#: Of the events with a remark and of the spool's problems, so many each.
_REMARKS = 3
_DAY = timedelta(days=1)


@dataclass(slots=True)
class CallbackDay:
    """One callback in the last 24 hours."""

    directory: str
    file: str
    #: How its runs ended.
    tally: Tally = field(default_factory=Tally)
    pause: PauseRecord | None = None
    open: OpenCount = field(default_factory=OpenCount)
    #: Read for those that are shown: see `with_histories`.
    history: History = field(default_factory=lambda: History(()))

    @property
    def slow(self) -> bool:
        """Whether it takes long."""
        return (self.tally.p95 or 0) >= SLOW


@dataclass(frozen=True, slots=True)
class Day:
    """The last 24 hours: everything, and callback by callback."""

    history: History
    callbacks: list[CallbackDay]

    @property
    def tally(self) -> Tally:
        """How all runs ended."""
        return self.history.all


def last_day() -> Day:
    """Read the last 24 hours from the roll-ups, in two queries."""
    window, rows = hours(), RollUp.objects.all()
    everything = window.read(rows).get((), window.history())
    callbacks = window.totals(rows, "directory", "file")
    return Day(
        everything,
        [
            CallbackDay(directory, file, tally)
            for (directory, file), tally in callbacks.items()
        ],
    )


def with_histories(callbacks: Sequence[CallbackDay]) -> Sequence[CallbackDay]:
    """Read the last 24 hours of some callbacks hour by hour."""
    rows = RollUp.objects.filter(file__in=[each.file for each in callbacks])
    found = hours().read(rows, "directory", "file") if callbacks else {}
    for each in callbacks:
        each.history = found.get((each.directory, each.file), hours().history())
    return callbacks


def troubled(
    day: Day, found: OpenRuns, pauses: Sequence[PauseRecord]
) -> list[CallbackDay]:
    """The callbacks with failures that are open, the slow and the paused, the worst first."""
    known = {(each.directory, each.file): each for each in day.callbacks}
    stopped = {(each.directory, each.file): each for each in pauses if each.file}
    for key, pause in stopped.items():
        known.setdefault(key, CallbackDay(*key)).pause = pause
    for key, count in found.by_callback.items():
        known.setdefault(key, CallbackDay(*key)).open = count
    worst = [
        each for each in known.values() if each.open.bad or each.slow or each.pause
    ]
    return sorted(worst, key=_badness)


def _badness(callback: CallbackDay) -> tuple[int, bool, float, str]:
    """The more open failures the worse; then what is paused, then what is slow."""
    slowness = callback.tally.p95 or 0
    return -callback.open.bad, callback.pause is None, -slowness, callback.file


@dataclass(frozen=True, slots=True)
class Worker:
    """One process of the service, and whether it still gives signs of life."""

    beat: Heartbeat
    alive: bool

    @property
    def trouble(self) -> list[tuple[str, str]]:
        """The parts that fail at present, each with what went wrong."""
        return (
            sorted(self.beat.details.get("trouble", {}).items()) if self.alive else []
        )

    @property
    def remarks(self) -> list[str]:
        """Remarks about how that process runs callbacks, in sentences."""
        return list(self.beat.details.get("remarks", ())) if self.alive else []


def processes() -> list[Worker]:
    """The processes that are alive, and those of the last day."""
    beats = with_heard().filter(beat_at__gte=FromNow(-_DAY))[:_PROCESSES]
    return [Worker(beat, beat.heard) for beat in beats]


def latest_failures() -> list[Run]:
    """The newest runs that went wrong and are open."""
    newest = open_runs.newest().values("id")
    found = Run.objects.filter(id__in=newest, state__in=BAD).order_by("-id")
    return list(without_large(found)[:_FAILURES])


def remarked_events() -> list[EventRecord]:
    """The newest events of the last 24 hours that have a remark."""
    newest = EventRecord.objects.aggregate(newest=Max("sequence"))["newest"] or 0
    found = EventRecord.objects.filter(
        ~Q(remark=""),
        ~SET_ASIDE,
        sequence__gt=newest - _REMARKED,
        accepted_at__gte=timezone.now() - _DAY,
    )
    return list(found.defer("job").order_by("-sequence")[:_REMARKS])


def waiting_events(most: int = 10_001) -> int:
    """How many events wait to be dispatched, counted up to a bound."""
    return EventRecord.objects.filter(WAITING)[:most].count()


def set_aside(most: int = 10_001) -> int:
    """How many events could not be judged and are set aside, counted up to a bound."""
    return EventRecord.objects.filter(SET_ASIDE)[:most].count()


def spool_problems() -> list[SpoolProblem]:
    """The newest spool files of the last 24 hours that were not events."""
    recent = SpoolProblem.objects.filter(found_at__gte=timezone.now() - _DAY)
    return list(recent.order_by("-pk")[:_REMARKS])
