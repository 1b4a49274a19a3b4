"""How often events came that may satisfy an event spec, from the hourly counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from dashboard.models.kinds import seen
from qubecb.triggers import EventSpec
from qubecb.why.evidence import Seen


def came_in_a_week(specs: Iterable[EventSpec]) -> dict[str, Seen]:
    """Give how often such events came in seven days, and when last, by event spec."""
    found = seen(specs, timezone.now() - timedelta(days=7))
    return {
        spec.canonical: Seen(
            each.count, each.last_at.timestamp() if each.last_at else None
        )
        for spec, each in found.items()
    }
