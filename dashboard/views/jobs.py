"""One job: a timeline of its events and runs, its state, its process group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard.access import requires
from dashboard.forms.fields import PagingForm
from dashboard.htmx import page
from dashboard.looks.addresses import changed, page_urls
from dashboard.models import JobRecord
from dashboard.queries import jobs as queries
from dashboard.queries.frames import Fold, folded
from dashboard.queries.timeline import Entry, Timeline, timeline
from dashboard.store.past.asking import Question, why_each
from dashboard.store.past.records import events_at
from dashboard.store.past.silent import Silence, silences
from dashboard.views.numbers import number_in
from qubecb.jobs.ids import JobId
from qubecb.why.answer import Answer


@require_safe
@requires("viewer")
def job(request: HttpRequest, identity: JobId) -> HttpResponse:
    """What happened to a job; without its record, the history that is kept."""
    found, keys = queries.get_job(identity), PagingForm(request.GET).keys()
    group = queries.group_of(found) if found else []
    together = request.GET.get("group") == "1" and len(group) > 1
    jobs = [each.id for each in group] if together else [identity]
    progress = queries.progress_of(found) if found else []
    past = timeline(jobs, progress, **keys)
    opened = number_in(request.GET, "open")
    live = keys["before"] is None and keys["after"] is None
    if found is None and not past.all and live:
        raise Http404(f"Nothing is known of job {identity}.")
    entries = folded(past.entries)
    context: dict[str, Any] = {
        "id": identity,
        "job": found,
        "entries": entries,
        "silences": _silences(identity, entries),
        "considered": _considered(opened, past),
        "opened": opened,
        "pruned": _pruned(found, past),
        "busy": any(each.goes_on for each in past.all),
        "live": live and opened is None,
        "together": together,
        "group": group,
        "progress": progress,
        "group_query": changed(request.GET, group=None if together else 1, open=None),
        "query": changed(request.GET, open=None),
        **page_urls(request, past.newer, past.older),
    }
    if found is not None:
        context |= _facts(found)
    return page(request, "jobs/page.html", "jobs/_live.html", context)


def _silences(job: JobId, entries: Sequence[Entry | Fold]) -> dict[int, Silence]:
    """Why events that stand for themselves, and lines of many, caused nothing."""
    shown = [each.newest if isinstance(each, Fold) else each for each in entries]
    events = [each.event for each in shown if each.silent and each.event]
    return silences(job, [each for each in events if each.job_id == job])


def _considered(opened: int | None, past: Timeline) -> list[Answer]:
    """An answer for each callback that was considered for the event that is opened."""
    here = [each.sequence for each in past.all if each.sequence == opened]
    event = next(iter(events_at(here).values()), None)
    if event is None:
        return []
    items = why_each(Question(event)).items
    return sorted(items, key=lambda each: -each.cause.code.place)


def _facts(job: JobRecord) -> dict[str, Any]:
    return {
        "fields": queries.fields_of(job),
        "item_counts": queries.item_counts(job),
        "bound": queries.bound_to(job),
    }


def _pruned(job: JobRecord | None, past: Timeline) -> bool:
    """Whether something happened to the job before what is kept of it."""
    if job is None or past.older is not None:
        return False
    kept: Sequence[int] = [each.sequence for each in past.all if each.event]
    return not kept or job.since < min(kept)
