"""What people choose for themselves; it affects nobody else."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from dashboard.models import Preference
from dashboard.store.database.transactions import writing


@cache
def zones() -> frozenset[str]:
    """Every IANA time zone that this service knows."""
    return frozenset(available_timezones())


def zone_of(user_id: int) -> str:
    """Give the time zone that a person chose, or nothing."""
    found = Preference.objects.filter(pk=user_id).values_list("zone", flat=True).first()
    return found or ""


def choose_zone(user_id: int, zone: str) -> None:
    """Show a person all times in a zone from now on; empty: in their browser's zone."""
    with writing():
        Preference.objects.update_or_create(pk=user_id, defaults={"zone": zone})
