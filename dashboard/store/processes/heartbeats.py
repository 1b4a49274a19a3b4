"""Signs of life: each process stores one every second or two, by the clock of the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from dashboard.models import Heartbeat
from dashboard.store.database import sql
from dashboard.store.database.transactions import writing

#: Seconds without a sign of life after which a process counts as dead.
PATIENCE = 6
_BEAT = """
    INSERT INTO dashboard_heartbeat (name, host, pid, started_at, beat_at, details)
    VALUES (%s, %s, %s, {now}, {now}, %s)
    ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at, details = excluded.details
    RETURNING beat_at
"""
#: A sign of the future is of before the clock was set back.
_LATELY = f"""
    WHERE beat_at BETWEEN clock_timestamp() - interval '{PATIENCE} seconds'
    AND clock_timestamp() + interval '{PATIENCE} seconds'
"""


def beat(name: str, host: str, pid: int, details: dict[str, Any]) -> float:
    """Store that this process is alive, with details for the page of processes.

    Gives the time of the database's clock, in Unix seconds.
    """
    values = name, host[:255], pid, sql.dump(details)
    with writing():
        return sql.unix(sql.value(_BEAT.format(now=sql.now()), values))


def end(name: str) -> None:
    """Remove the sign of life of a process that ends."""
    with writing():
        Heartbeat.objects.filter(name=name).delete()


def living() -> str:
    """Write the query for the names of those that are alive, by the clock of the database only.

    On SQLite these are all that left a sign: see `forget_others`.
    """
    lately = _LATELY if connection.vendor == "postgresql" else ""
    return f"SELECT name FROM dashboard_heartbeat {lately}"  # noqa: S608 (constants)


def forget_others(name: str) -> None:
    """Drop all but this one: nobody else can be alive."""
    with writing():
        Heartbeat.objects.exclude(name=name).delete()


def forget_dead() -> None:
    """Drop processes that gave no sign of life for a day."""
    since = timezone.now() - timedelta(days=1)
    with writing():
        Heartbeat.objects.filter(beat_at__lt=since).delete()
