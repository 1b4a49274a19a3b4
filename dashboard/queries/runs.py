"""Runs as the pages and the API list them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet

from dashboard.models import EventRecord, Run
from dashboard.models.keys import trigger_key
from dashboard.models.runs import LARGE
from dashboard.queries import open_runs
from qubecb.digits import limited
from qubecb.events import unknown_part
from qubecb.jobs.ids import JobId
from qubecb.runner.outcome import BAD

#: How many of the newest runs are searched for a text.
SEARCHED = 100_000
#: How many of the newest failures are grouped.
GROUPED = 2_000
#: A run that ended in an hour was queued at most so long before it.
_LONGEST_WAIT = timedelta(days=7)
#: Runs near a moment among which the first or last key is looked for.
_NEAR = 1_000
#: Runs that are looked up one by one rather than searched for.
_RARE = 500
#: No run at all, without a look at the table.
_NONE = Q(id__in=())


@dataclass(frozen=True, slots=True)
class RunFilter:
    """What to list; everything is optional and all of it must hold."""

    states: tuple[str, ...] = ()
    directory: str = ""
    file: str = ""
    trigger: str = ""
    job: JobId | None = None
    user: str = ""
    #: A sequence, an event's id, or an event's spec or its beginning.
    event: str = ""
    #: Of a test or a live fire.
    test: bool | None = None
    #: Run for real, its actions only noted: what pages call a test.
    simulate: bool | None = None
    text: str = ""
    #: Queued from this time on, and before that one.
    since: datetime | None = None
    until: datetime | None = None
    #: Runs that ended in the hour that begins then.
    hour: datetime | None = None
    signature: str = ""
    revision: int | None = None
    #: The pause that kept them back.
    pause: int | None = None
    #: Only open runs, or only the others.
    open: bool | None = None
    #: Those of a step of a funnel.
    within: Q | None = None


def without_large(runs: QuerySet[Run]) -> QuerySet[Run]:
    """Leave out the columns that lists do not show and so must not read."""
    return runs.defer(*LARGE)


def matching(wanted: RunFilter) -> QuerySet[Run]:
    """Give the runs that a filter wants, without order and without large columns."""
    found = without_large(Run.objects.filter(_exact(wanted) & _times(wanted)))
    if wanted.open is not None:
        found = found.filter(open_runs.among(wanted.open))
    if wanted.within is not None:
        found = found.filter(wanted.within)
    if wanted.states:
        found = found.filter(state__in=wanted.states)
    if wanted.event:
        found = found.filter(_event(wanted.event))
    if wanted.text:
        found = found.filter(_text(wanted.text))
    return found


def _exact(wanted: RunFilter) -> Q:
    """The filters that compare one column."""
    equal = {
        "directory": wanted.directory,
        "file": wanted.file,
        "trigger_key": trigger_key(wanted.trigger),
        "user": wanted.user,
        "signature": wanted.signature,
    }
    condition = Q(**{name: value for name, value in equal.items() if value})
    for name in ("job", "revision", "pause"):
        value = getattr(wanted, name)
        if value is not None:
            condition &= Q(**{name: value})
    for name in ("test", "simulate"):
        value = getattr(wanted, name)
        if value is not None:  # a bare boolean finds no index
            condition &= Q(**{f"{name}__in": [value]})
    if wanted.simulate:  # every simulation is a test, and those have an index
        condition &= Q(test__in=[True])
    return condition


def with_firers(runs: Iterable[Run]) -> list[Run]:
    """Read who fired those of these runs that a person fired live, in one query if any."""
    runs = list(runs)
    fired = [run for run in runs if run.test and not run.simulate]
    events = EventRecord.objects.filter(sequence__in={run.event for run in fired})
    actors = dict(events.values_list("sequence", "actor")) if fired else {}
    for run in fired:
        run.fired_by = actors.get(run.event, "")
    return runs


def _times(wanted: RunFilter) -> Q:
    condition = Q()
    if wanted.since is not None:
        condition &= Q(queued_at__gte=wanted.since) & _from_key(wanted.since)
    if wanted.until is not None:
        condition &= Q(queued_at__lt=wanted.until) & _to_key(wanted.until)
    if wanted.hour is not None:
        end = wanted.hour + timedelta(hours=1)
        condition &= Q(ended_at__gte=wanted.hour, ended_at__lt=end)
        condition &= _from_key(wanted.hour - _LONGEST_WAIT) & _to_key(end)
    return condition


# A list is read by key, newest first, and would scan every run that is too new, or continue to the
# oldest. Keys rise with time but for runs queued at the same moment, a clock that was set back or
# a demonstration, so that the key is taken from many runs near the moment.


def _from_key(moment: datetime) -> Q:
    near = Run.objects.filter(queued_at__gte=moment).order_by("queued_at")[:_NEAR]
    lowest = near.aggregate(key=Min("id"))["key"]
    return _NONE if lowest is None else Q(id__gte=lowest)


def _to_key(moment: datetime) -> Q:
    near = Run.objects.filter(queued_at__lt=moment).order_by("-queued_at")[:_NEAR]
    highest = near.aggregate(key=Max("id"))["key"]
    return _NONE if highest is None else Q(id__lte=highest)


def _event(event: str) -> Q:
    """By the source's id or by sequence, else by spec."""
    known = EventRecord.events.filter(event_id=event[:200])
    sequences = list(known.values_list("sequence", flat=True))
    sequence = limited(event)
    if sequence is not None:
        sequences.append(sequence)
    return Q(event__in=sequences) if sequences else _spec(event)


def _spec(spec: str) -> Q:
    """By spec or its beginning: `failed`, `failed-work`, `failed-work-7`.

    A beginning that is rare is looked up beforehand: to search for it among all runs takes
    long. One that is common is found among the newest at once.
    """
    # `failed-work` is whole where the item is unknown, and a beginning all the same
    if not unknown_part(spec) and Run.objects.filter(event_spec=spec).exists():
        return Q(event_spec=spec)
    beginning = Q(event_spec=spec) | Q(event_spec__startswith=f"{spec}-")
    if connection.vendor != "sqlite":  # other databases have orders of their own
        return beginning
    begun = Run.objects.filter(event_spec__gte=spec, event_spec__lt=f"{spec}.")
    rare = list(begun.order_by().values_list("id", flat=True)[: _RARE + 1])
    return Q(id__in=rare) if len(rare) <= _RARE else beginning


def _text(text: str) -> Q:
    """Among the newest runs, those whose outcome says this."""
    newest = Run.objects.aggregate(newest=Max("id"))["newest"] or 0
    said = (
        Q(reason__icontains=text)
        | Q(last_line__icontains=text)
        | Q(signature__icontains=text)
    )
    return Q(id__gt=newest - SEARCHED) & said


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failures that have their signature in common."""

    signature: str
    directory: str
    file: str
    count: int
    #: How many of them are open.
    open: int
    first: datetime
    last: datetime
    newest: int
    #: What the newest of them said.
    said: str = ""


def failure_groups(wanted: RunFilter) -> list[FailureGroup]:
    """Group the newest failures that a filter wants, the largest group first."""
    bad = matching(wanted).filter(state__in=BAD)
    newest = bad.order_by("-id").values("id")[:GROUPED]
    groups = (
        Run.objects.filter(id__in=newest)
        .order_by()
        .values("signature", "directory", "file")
        .annotate(
            count=Count("id"),
            open=Count("id", filter=Q(open=True)),
            first=Min("queued_at"),
            last=Max("queued_at"),
            newest=Max("id"),
        )
        .order_by("-count", "-newest")[:200]
    )
    rows = list(groups)
    reasons = Run.objects.filter(id__in=[row["newest"] for row in rows])
    said = dict(reasons.values_list("id", "reason"))
    return [FailureGroup(**row, said=said.get(row["newest"], "")) for row in rows]
