"""The farm's pulse, on every page: a few small reads, none of which counts history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from dashboard.models import Heartbeat, PauseRecord, Run
from qubecb.runner.outcome import RunState

#: States in which a run went wrong.
BAD = (RunState.FAILED, RunState.TIMED_OUT, RunState.CRASHED, RunState.LOST)
#: Without a sign of life for this long, a process counts as gone.
SILENCE = timedelta(seconds=20)
#: Of each bad state so many of the newest runs are looked at.
WINDOW = 100


def is_heard(beat_at: datetime, now: datetime) -> bool:
    """Whether a sign of life is of now. One of the future is of before the clock was set."""
    return abs(now - beat_at) <= SILENCE


@dataclass(frozen=True, slots=True)
class Pulse:
    """What waits, what runs, what failed in the last hour, and whether anybody works."""

    queued: int
    running: int
    failed: int
    failed_more: bool
    since: datetime
    working: bool
    paused: bool

    @property
    def busy(self) -> bool:
        """Whether something runs or waits."""
        return bool(self.queued or self.running)


def pulse() -> Pulse:
    """Read the farm's pulse."""
    now = timezone.now()
    since = now - timedelta(hours=1)
    counts = dict(
        Run.objects.filter(state__in=(RunState.QUEUED, RunState.RUNNING))
        .order_by()
        .values_list("state")
        .annotate(Count("id"))
    )
    failed = newest_bad().filter(ended_at__gte=since, test=False).count()
    return Pulse(
        queued=counts.get(RunState.QUEUED, 0),
        running=counts.get(RunState.RUNNING, 0),
        failed=failed,
        failed_more=failed >= WINDOW,
        since=since,
        working=Heartbeat.objects.filter(
            beat_at__gte=now - SILENCE, beat_at__lte=now + SILENCE
        ).exists(),
        paused=PauseRecord.objects.filter(
            Q(until__isnull=True) | Q(until__gt=now), directory="", file=""
        ).exists(),
    )


def newest_bad() -> QuerySet[Run]:
    """The newest runs that went wrong, a bounded number of each state."""
    newest = [
        Run.objects.filter(state=state).order_by("-id").values_list("id", flat=True)
        for state in BAD
    ]
    # by their ids: PostgreSQL reads the whole table for conditions that are joined by OR
    ids = [identity for of_a_state in newest for identity in of_a_state[:WINDOW]]
    return Run.objects.filter(id__in=ids)
