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
from dashboard.queries.frames import folded
from dashboard.queries.paging import LARGEST_KEY
from dashboard.queries.timeline import Timeline, timeline
from qubecb.jobs.ids import JobId


@require_safe
@requires("viewer")
def job(request: HttpRequest, identity: JobId) -> HttpResponse:
    """What happened to a job; without its record, the history that is kept."""
    if isinstance(identity, int):
        identity = min(identity, LARGEST_KEY)
    found, keys = queries.get_job(identity), PagingForm(request.GET).keys()
    group = queries.group_of(found) if found else []
    together = request.GET.get("group") == "1" and len(group) > 1
    jobs = [each.id for each in group] if together else [identity]
    progress = queries.progress_of(found) if found else []
    past = timeline(jobs, progress, **keys)
    live = keys["before"] is None and keys["after"] is None
    if found is None and not past.all and live:
        raise Http404(f"Nothing is known of job {identity}.")
    context: dict[str, Any] = {
        "id": identity,
        "job": found,
        "entries": folded(past.entries),
        "pruned": _pruned(found, past),
        "busy": any(each.goes_on for each in past.all),
        "live": live,
        "together": together,
        "group": group,
        "progress": progress,
        "group_query": changed(request.GET, group=None if together else 1),
        **page_urls(request, past.newer, past.older),
    }
    if found is not None:
        context |= _facts(found)
    return page(request, "jobs/page.html", "jobs/_live.html", context)


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
