"""Names that lead to their pages: callbacks, jobs, runs, events; and addresses of lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django import template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.store import directory_names
from dashboard.store.naming import Places
from dashboard.templatetags.values import middle

register = template.Library()

_KEPT = "_callback_directories"
_PLACES = "_callback_places"
Kept = TypeVar("Kept")


def directory_name(context: Context, directory: str) -> str | None:
    """What addresses call a directory, or None for one that is not configured.

    Read once a page.
    """
    return _kept(context, _KEPT, directory_names.configured).get(directory)


def _kept(context: Context, name: str, read: Callable[[], Kept]) -> Kept:
    """What is read once a page: kept with its request, which every part of it shares."""
    request = context.get("request")
    known = vars(request) if request is not None else context.render_context
    if name not in known:
        known[name] = read()
    return cast(Kept, known[name])


def callback_url(context: Context, directory: str, file: str) -> str:
    """The page of a callback, or nothing when there can be none."""
    name = directory_name(context, directory)
    if name is None:
        return ""
    try:
        return reverse("callback", args=[name, file])
    except NoReverseMatch:  # a name with a slash
        return ""


@register.simple_tag(takes_context=True)
def place(context: Context, directory: str, file: str) -> SafeString:
    """After a callback's file name: in which directory, where the name is not enough."""
    label = _kept(context, _PLACES, Places).of(directory, file)
    if not label:
        return SafeString("")
    return format_html(' <span class="soft" title="{}">in {}</span>', directory, label)


@register.simple_tag(takes_context=True)
def callback_link(
    context: Context, directory: str, file: str, length: int = 36
) -> SafeString:
    """A callback's file name, leading to its page; the whole path on hover.

    The directory stands beside it where another one has such a file.
    """
    href = callback_url(context, directory, file)
    whole = f"{Path(directory) / file}"
    link = '<a class="mono" href="{}" title="{}">{}</a>{}'
    name = '<span class="mono" title="{1}">{2}</span>{3}'
    shown, where = middle(file, length), place(context, directory, file)
    return format_html(link if href else name, href, whole, shown, where)


@register.simple_tag(takes_context=True)
def revision_link(
    context: Context, directory: str, revision: int | None, number: int | None
) -> SafeString:
    """A revision's number within its directory, leading to its page while both are there."""
    if revision is None:
        return SafeString('<span class="soft">none</span>')
    if number is None:
        return SafeString('<span class="soft">pruned</span>')
    name = directory_name(context, directory)
    if name is None:
        return format_html("{}", number)
    href = reverse("revision", args=[name, revision])
    return format_html('<a href="{}">{}</a>', href, number)


@register.simple_tag
def event_fire_url(event: int, directory: str = "", file: str = "") -> str:
    """The test fire of an event, for one callback if wanted."""
    pairs = {"event": str(event)}
    if file:
        pairs["callback"] = f"{directory}/{file}"
    return f"{reverse('fire')}?{urlencode(pairs)}"


@register.simple_tag
def job_link(job: int | None, name: str = "") -> SafeString:
    """A job's id, leading to its timeline."""
    if not job:
        return SafeString('<span class="soft">none</span>')
    href = reverse("job", args=[job])
    return format_html('<a href="{}" title="{}">{}</a>', href, name[:300], job)


@register.simple_tag
def run_link(run: int) -> SafeString:
    """A run's number, leading to its page."""
    return format_html('<a href="{}">{}</a>', reverse("run", args=[run]), run)


@register.simple_tag
def runs_url(**wanted: Any) -> str:
    """The address of the runs page with these filters: `{% runs_url job=5042 %}`."""
    pairs = [(name, value) for name, value in wanted.items() if value not in ("", None)]
    return f"{reverse('runs')}?{urlencode(pairs)}"


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
