"""Signs of life: each process stores one every two seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from dashboard.models import Heartbeat
from dashboard.store.database.transactions import writing

#: Seconds without a sign of life after which a process counts as dead.
PATIENCE = 8


def beat(name: str, host: str, pid: int, details: dict[str, Any]) -> None:
    """Store that this process is alive, with details for the page of processes."""
    now = timezone.now()
    with writing():
        Heartbeat.objects.update_or_create(
            name=name,
            defaults={"beat_at": now, "details": details},
            create_defaults={
                "beat_at": now,
                "details": details,
                "host": host[:255],
                "pid": pid,
                "started_at": now,
            },
        )


def end(name: str) -> None:
    """Remove the sign of life of a process that ends."""
    with writing():
        Heartbeat.objects.filter(name=name).delete()


class Living:
    """Which processes are alive, as one process sees it: those whose sign of life changed lately.

    The time in a sign does not count, because the clock of any host may be set. A process that
    is seen for the first time has PATIENCE seconds to give another sign. Takes a clock that is
    never set.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[datetime, float]] = {}

    def names(self) -> set[str]:
        """Give the names of the processes that are alive."""
        now, seen = self._clock(), self._seen
        self._seen = {}
        for name, beat_at in Heartbeat.objects.values_list("name", "beat_at"):
            before = seen.get(name)
            same = before is not None and before[0] == beat_at
            self._seen[name] = before if before and same else (beat_at, now)
        return {name for name, (_, at) in self._seen.items() if now - at < PATIENCE}


def forget_others(name: str) -> None:
    """Drop all but this one: nobody else can be alive."""
    with writing():
        Heartbeat.objects.exclude(name=name).delete()


def forget_dead() -> None:
    """Drop processes that gave no sign of life for a day."""
    since = timezone.now() - timedelta(days=1)
    with writing():
        Heartbeat.objects.filter(beat_at__lt=since).delete()
