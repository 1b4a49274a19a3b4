"""Events as the pages list them, and what each caused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from dashboard.models import EventRecord, JobRecord, Run
from dashboard.models.events import SET_ASIDE, WAITING
from dashboard.queries.paging import LARGEST_KEY
from dashboard.queries.runs import with_firers, without_large
from qubecb.jobs.ids import JobId


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What to list; everything is optional and all of it must hold."""

    name: str = ""
    type: str = ""
    job: JobId | None = None
    source: str = ""
    #: `nothing`: planned, without a run; `runs`: with one; `waiting`: not planned yet;
    #: `aside`: set aside.
    caused: str = ""
    #: `yes`: tests; `no`: all others; `fired`, `farm`: of these, by hand or not.
    test: str = ""
    since: datetime | None = None
    until: datetime | None = None


#: Rows of a list's summary at most.
_CAUSED_SHOWN = 1_000
_RUNS_SHOWN = 100
_TESTS = {
    "": Q(),
    "yes": Q(source="simulate"),
    "no": ~Q(source="simulate"),
    "fired": Q(source="fire"),
    "farm": Q(test__in=[False]),  # a bare boolean finds no index
}
_CAUSED = {
    "nothing": Q(planned_at__isnull=False, runs_count=0),
    "runs": Q(runs_count__gt=0),
    "waiting": WAITING,
    "aside": SET_ASIDE,
}


def matching(wanted: EventFilter) -> QuerySet[EventRecord]:
    """Give the events that a filter wants, without order, the jobs as sent left out."""
    equal = {
        "name": wanted.name,
        "type": wanted.type,
        "job_id": wanted.job,
        "source": wanted.source,
        "accepted_at__gte": wanted.since,
        "accepted_at__lt": wanted.until,
    }
    found = EventRecord.events.filter(
        _TESTS[wanted.test],
        **{name: value for name, value in equal.items() if value not in ("", None)},
    )
    if wanted.caused:
        found = found.filter(_CAUSED[wanted.caused])
    return found.defer("job")


def get_event(sequence: int) -> EventRecord | None:
    """Give one event without the job as it was sent, or None."""
    found = EventRecord.events.filter(pk=min(sequence, LARGEST_KEY)).defer("job")
    return found.first()


def runs_of(event: EventRecord) -> list[Run]:
    """The first runs that an event caused, the suppressed ones too, oldest first."""
    found = Run.objects.filter(event=event.pk).order_by("pk")
    return list(with_firers(without_large(found)[:_RUNS_SHOWN]))


@dataclass(frozen=True, slots=True)
class Caused:
    """Runs of one callback in one state that an event caused, settled in the same way."""

    directory: str
    file: str
    state: str
    settled: str
    count: int


def caused_by(
    events: Sequence[EventRecord], other_than: Sequence[JobId] = ()
) -> dict[int, list[Caused]]:
    """What each of some events caused, callback by callback, in one query.

    Takes jobs whose callbacks' runs are left out.
    """
    sequences = [event.sequence for event in events if event.runs_count]
    found: dict[int, list[Caused]] = {}
    columns = ("directory", "file", "state", "settled")
    rows = (
        Run.objects.filter(event__in=sequences)
        .exclude(job__in=other_than)
        .order_by()
        .values_list("event", *columns)
        .annotate(count=Count("id"))
        .order_by("event", *columns)[:_CAUSED_SHOWN]
    )
    for event, *caused in rows:
        found.setdefault(event, []).append(Caused(*caused))
    return found


def is_known(job: JobId) -> bool:
    """Whether a job is stored."""
    return JobRecord.objects.filter(pk=job).exists()


def sequences_by_id(event_ids: Iterable[str]) -> dict[str, int]:
    """The sequences of those events that are kept, by what their sources called them."""
    found = EventRecord.objects.filter(event_id__in=set(event_ids))
    return dict(found.values_list("event_id", "sequence"))
