"""The farm's pulse, on every page: a few small reads, none of which counts history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.utils import timezone

from dashboard.models import Heartbeat, Run
from dashboard.models.pauses import standing_pauses
from dashboard.queries import open_runs
from dashboard.queries.database_time import FromNow
from qubecb.runner.outcome import UNFINISHED, RunState

#: Without a sign of life for this long, a process counts as gone.
SILENCE = timedelta(seconds=20)
#: Open runs are counted up to this.
WINDOW = 1000


#: Whether a sign of life is recent, by the clock of the database; one from the future is not.
HEARD = Q(beat_at__range=(FromNow(-SILENCE), FromNow(SILENCE)))


def with_heard() -> QuerySet[Any]:
    """Signs of life, newest first; each says in `heard` whether it is recent."""
    is_heard = ExpressionWrapper(HEARD, BooleanField())
    return Heartbeat.objects.annotate(heard=is_heard).order_by("-beat_at")


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
        working=Heartbeat.objects.filter(HEARD).exists(),
        paused=any(not each.directory for each in standing_pauses(now)),
    )
