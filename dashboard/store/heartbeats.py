"""Who is at work: each process says so every other second."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from dashboard.models import Heartbeat
from dashboard.store.transactions import writing

#: Seconds after which somebody who says nothing counts as dead.
PATIENCE = 8


def beat(name: str, host: str, pid: int, details: dict[str, Any]) -> None:
    """Say that this process is alive, and what else there is to say of it."""
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
    """Say that this process ends."""
    with writing():
        Heartbeat.objects.filter(name=name).delete()


def alive() -> set[str]:
    """Give the names of those that were heard of lately."""
    since = timezone.now() - timedelta(seconds=PATIENCE)
    return set(
        Heartbeat.objects.filter(beat_at__gte=since).values_list("name", flat=True)
    )


def forget_others(name: str) -> None:
    """Drop all but this one: nobody else can be alive."""
    with writing():
        Heartbeat.objects.exclude(name=name).delete()


def forget_dead() -> None:
    """Drop those that have not been heard of for a day."""
    since = timezone.now() - timedelta(days=1)
    with writing():
        Heartbeat.objects.filter(beat_at__lt=since).delete()
