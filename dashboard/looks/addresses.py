"""Addresses of lists and pages, their filters included."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from qubecb.jobs.ids import PATTERN, JobId, job_id


class JobIdInAddress:
    """The part of an address that names a job: `/jobs/5042/`, `/jobs/render-7/`."""

    regex = PATTERN

    def to_python(self, value: str) -> JobId:
        """Read it; raises ValueError, and the address is not one, for what is not an id."""
        identity = job_id(value)
        if identity is None:
            raise ValueError(value)
        return identity

    def to_url(self, value: JobId) -> str:
        """Write it."""
        return str(value)


def runs_url(**wanted: Any) -> str:
    """The address of the runs page with these filters: `{% runs_url job=5042 %}`."""
    pairs = [(name, value) for name, value in wanted.items() if value not in ("", None)]
    return f"{reverse('runs')}?{urlencode(pairs)}"


def event_fire_url(event: int, directory: str = "", file: str = "") -> str:
    """The test fire of an event, for one callback if wanted."""
    pairs = {"event": str(event)}
    if file:
        pairs["callback"] = f"{directory}/{file}"
    return f"{reverse('fire')}?{urlencode(pairs)}"


def why_url(
    event: object = None,
    job: object = None,
    directory: str = "",
    file: str = "",
    callback: object = None,
) -> str:
    """The page that says why callbacks did or did not run: `{% why_url event=8812 %}`."""
    whole = f"{directory}/{file}" if directory else file
    wanted = {"event": event, "job": job, "callback": whole or callback}
    pairs = [(name, each) for name, each in wanted.items() if each not in ("", None)]
    return f"{reverse('why')}?{urlencode(pairs)}" if pairs else reverse("why")


def changed(query: QueryDict, **changes: Any) -> str:
    """A query string with some values replaced; None takes one out."""
    copy = query.copy()
    for name, value in changes.items():
        copy.pop(name, None)
        if value is not None:
            copy[name] = str(value)
    return copy.urlencode()


def number_urls(request: HttpRequest, found: Page[Any]) -> dict[str, str]:
    """The addresses of the pages beside a numbered one, and which rows it shows of how many."""
    if not found.has_other_pages():
        return {}
    before = found.previous_page_number() if found.has_previous() else None
    after = found.next_page_number() if found.has_next() else None
    path, query = request.path, request.GET
    first, last = found.start_index(), found.end_index()
    return {
        "newer": f"{path}?{changed(query, page=before)}" if before else "",
        "older": f"{path}?{changed(query, page=after)}" if after else "",
        "note": f"{first:,} to {last:,} of {found.paginator.count:,}",
    }


def page_urls(
    request: HttpRequest, newer: int | None, older: int | None
) -> dict[str, str]:
    """The addresses of a list's neighbours, its filters kept."""
    path, query = request.path, request.GET
    return {
        "newer": f"{path}?{changed(query, before=None, after=newer)}" if newer else "",
        "older": f"{path}?{changed(query, after=None, before=older)}" if older else "",
    }
