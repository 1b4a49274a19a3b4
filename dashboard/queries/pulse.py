"""The farm's pulse, on every page: a few small reads, none of which counts history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from dashboard.models import Heartbeat, Run
from dashboard.models.pauses import standing_pauses
from dashboard.queries import open_runs
from qubecb.runner.outcome import UNFINISHED, RunState

#: Without a sign of life for this long, a process counts as gone.
SILENCE = timedelta(seconds=20)
#: Open runs are counted up to this.
WINDOW = 1000


def is_heard(beat_at: datetime, now: datetime) -> bool:
    """Whether a sign of life is recent; one from the future is not."""
    return abs(now - beat_at) <= SILENCE


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is queued, running and open, and whether a work process is alive."""

    queued: int
    running: int
    #: Open runs, counted up to WINDOW.
    open: int
    open_more: bool
    working: bool
    paused: bool

    @property
    def busy(self) -> bool:
        """Whether something runs or waits."""
        return bool(self.queued or self.running)


def pulse() -> Pulse:
    """Read the farm's pulse."""
    now = timezone.now()
    counts = dict(
        Run.objects.filter(state__in=UNFINISHED)
        .order_by()
        .values_list("state")
        .annotate(Count("id"))
    )
    found = open_runs.newest(WINDOW).count()
    return Pulse(
        queued=counts.get(RunState.QUEUED, 0),
        running=counts.get(RunState.RUNNING, 0),
        open=found,
        open_more=found >= WINDOW,
        working=Heartbeat.objects.filter(
            beat_at__gte=now - SILENCE, beat_at__lte=now + SILENCE
        ).exists(),
        paused=any(not each.directory for each in standing_pauses(now)),
    )
