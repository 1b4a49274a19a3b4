"""What the API shows, as plain values ready for JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dashboard.models import EventRecord, Run

_MOST_RUNS = 1000


def when(moment: datetime | None) -> str | None:
    """A moment as the API writes it: ISO 8601, UTC."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def event(event_id: str) -> dict[str, Any] | None:
    """Give one event with the runs it caused, or None."""
    if "\0" in event_id or len(event_id) > 200:
        return None
    found = EventRecord.objects.filter(event_id=event_id).first()
    if found is None:
        return None
    runs = Run.objects.filter(event=found.sequence).order_by("id")
    return {
        "id": found.event_id,
        "name": found.name,
        "type": found.type,
        "extra": found.extra or None,
        "time": found.time.timestamp(),
        "job": found.job,
        "spec": found.spec,
        "accepted_at": when(found.accepted_at),
        "source": found.source,
        "actor": found.actor,
        "test": found.test,
        "planned_at": when(found.planned_at),
        "runs": [str(run) for run in runs.values_list("id", flat=True)[:_MOST_RUNS]],
        "remark": found.remark,
    }
