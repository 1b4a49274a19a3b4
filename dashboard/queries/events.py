"""Events as the pages list them, and what each caused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from dashboard.models import EventRecord, JobRecord, Run
from dashboard.queries.paging import LARGEST_KEY


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What to list; everything is optional and all of it must hold."""

    name: str = ""
    type: str = ""
    job: int | None = None
    source: str = ""
    #: `nothing`: planned, without a run; `runs`: with one; `waiting`: not planned yet.
    caused: str = ""
    test: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


_CAUSED = {
    "nothing": Q(planned_at__isnull=False, runs_count=0),
    "runs": Q(runs_count__gt=0),
    "waiting": Q(planned_at__isnull=True),
}


def matching(wanted: EventFilter) -> QuerySet[EventRecord]:
    """Give the events that a filter wants, without order, the jobs as sent left out."""
    equal = {
        "name": wanted.name,
        "type": wanted.type,
        "job_id": wanted.job,
        "source": wanted.source,
        "test": wanted.test,
        "accepted_at__gte": wanted.since,
        "accepted_at__lt": wanted.until,
    }
    found = EventRecord.objects.filter(
        **{name: value for name, value in equal.items() if value not in ("", None)}
    )
    if wanted.caused:
        found = found.filter(_CAUSED[wanted.caused])
    return found.defer("job")


def get_event(sequence: int) -> EventRecord | None:
    """Give one event with the job as it was sent, or None."""
    return EventRecord.objects.filter(pk=min(sequence, LARGEST_KEY)).first()


def runs_of(event: EventRecord, most: int = 100) -> list[Run]:
    """The runs that an event caused, the suppressed ones too, oldest first."""
    found = Run.objects.filter(event=event.pk).order_by("pk")
    return list(found.defer("job_then", "traceback", "notes")[:most])


def is_known(job: int) -> bool:
    """Whether a job is stored."""
    return JobRecord.objects.filter(pk=job).exists()
