"""One job: a timeline of its events and runs, its state, its process group."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard.access import requires
from dashboard.htmx import page
from dashboard.queries import jobs as queries


@require_safe
@requires("viewer")
def job(request: HttpRequest, identity: int) -> HttpResponse:
    """What happened to a job; without its record, the history that is kept."""
    found = queries.history(identity)
    if found.job is None and not found.timeline:
        raise Http404(f"Nothing is known of job {identity}.")
    context: dict[str, Any] = {
        "id": identity,
        "history": found,
        "job": found.job,
        "busy": found.goes_on,
    }
    if found.job is not None:
        context |= {
            "group": queries.group_of(found.job),
            "fields": queries.fields_of(found.job),
            "item_counts": queries.item_counts(found.job),
            "progress": queries.progress_of(found.job),
        }
    return page(request, "jobs/page.html", "jobs/_live.html", context)
