"""One job: what is known of it, and everything that happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from dashboard.models import EventRecord, JobItem, JobRecord, ProgressRecord, Run
from dashboard.queries.large import large
from dashboard.queries.paging import LARGEST_KEY
from dashboard.queries.runs import with_firers, without_large

#: How many events and how many runs a timeline shows.
SHOWN = 100
_GROUP = 50
#: Fields that are shown.
_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a timeline: an event or a run, when it came."""

    at: datetime
    event: EventRecord | None = None
    run: Run | None = None


@dataclass(frozen=True, slots=True)
class JobHistory:
    """What a job's page shows."""

    job: JobRecord | None
    timeline: list[Moment]
    more_events: bool
    more_runs: bool

    @property
    def goes_on(self) -> bool:
        """Whether one of its runs is queued or running."""
        return any(
            (one.event is not None and one.event.waits)
            or (one.run is not None and one.run.ended_at is None)
            for one in self.timeline
        )


def history(identity: int) -> JobHistory:
    """Read a job with its newest events and runs, newest first."""
    key = min(identity, LARGEST_KEY)
    job = JobRecord.objects.filter(pk=key).defer("fields").first()
    events = list(
        EventRecord.events.filter(job_id=key)
        .defer("job")
        .order_by("-sequence")[: SHOWN + 1]
    )
    newest = without_large(Run.objects.filter(job=key)).order_by("-id")
    runs = with_firers(newest[: SHOWN + 1])
    timeline = [Moment(event.accepted_at, event=event) for event in events[:SHOWN]]
    timeline += [Moment(run.queued_at, run=run) for run in runs[:SHOWN]]
    timeline.sort(key=_order, reverse=True)
    return JobHistory(job, timeline, len(events) > SHOWN, len(runs) > SHOWN)


def _order(moment: Moment) -> tuple[datetime, int, int]:
    """Runs stand above the event that caused them, in their own order."""
    if moment.run:
        return moment.at, 1, moment.run.pk
    return moment.at, 0, moment.event.pk if moment.event else 0


def group_of(job: JobRecord) -> list[JobRecord]:
    """The jobs of the same process group, itself included, by id."""
    found = JobRecord.objects.filter(pgrp=job.pgrp).defer("fields")
    return list(found.order_by("pk")[:_GROUP])


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a job that have no column of their own, as far as they are shown."""

    #: Name and value; none where they are too long to be taken apart.
    pairs: list[tuple[str, Any]]
    more: int = 0
    #: Their beginning as JSON, where they are too long.
    text: str = ""


def fields_of(job: JobRecord) -> Fields:
    """Read what a job's page shows of its fields."""
    found = large(JobRecord, job.pk, "fields")
    if found is None or not found.whole:
        return Fields([], text=found.readable if found else "")
    pairs = list(found.values.items())
    return Fields(pairs[:_FIELDS], max(0, len(pairs) - _FIELDS))


def item_counts(job: JobRecord) -> list[tuple[str, str, int]]:
    """How many items and instances are in which status: kind, status, count."""
    found = JobItem.objects.filter(job=job).order_by("kind", "status")
    return list(found.values_list("kind", "status").annotate(count=Count("id")))


def progress_of(job: JobRecord) -> list[ProgressRecord]:
    """What `&&` triggers remember of the job."""
    return list(ProgressRecord.objects.filter(job_id=job.pk).order_by("file")[:100])
