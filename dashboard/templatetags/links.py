"""Names that lead to their pages: callbacks, jobs, runs, events; and addresses of lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.looks.addresses import event_fire_url, runs_url, why_url
from dashboard.store.configuration import directory_names
from dashboard.store.configuration.naming import Places
from dashboard.templatetags.values import middle
from qubecb.jobs.ids import JobId

register = template.Library()
register.simple_tag(event_fire_url)
register.simple_tag(runs_url)
register.simple_tag(why_url)

#: Longer ids of jobs are cut in their middle.
LONGEST_JOB_ID = 24

_KEPT = "_callback_directories"
_PLACES = "_callback_places"
Kept = TypeVar("Kept")


def directory_name(context: Context, directory: str) -> str | None:
    """A directory's name in addresses, or None for one that is not configured.

    Read once a page.
    """
    return _kept(context, _KEPT, directory_names.configured).get(directory)


def _kept(context: Context, name: str, read: Callable[[], Kept]) -> Kept:
    """Data that is read once a page: kept with its request, which every part of it shares."""
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
    """After a callback's file name: its directory, if the name alone is ambiguous."""
    label = _kept(context, _PLACES, Places).of(directory, file)
    if not label:
        return SafeString("")
    return format_html(' <span class="soft" title="{}">in {}</span>', directory, label)


@register.simple_tag(takes_context=True)
def callback_link(
    context: Context, directory: str, file: str, length: int = 36
) -> SafeString:
    """A callback's file name, leading to its page; the whole path on hover.

    The directory follows the name if another directory has a file of that name.
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
def job_link(job: JobId | None, name: str = "") -> SafeString:
    """A job's id, cut in its middle if it is long, leading to its timeline."""
    if not job:
        return SafeString('<span class="soft">none</span>')
    href, whole = reverse("job", args=[job]), str(job)
    shown = middle(whole, LONGEST_JOB_ID)
    title = name[:300] if shown == whole else f"{whole} {name[:300]}".strip()
    return format_html('<a href="{}" title="{}">{}</a>', href, title, shown)


@register.simple_tag
def run_link(run: int) -> SafeString:
    """A run's number, leading to its page."""
    return format_html('<a href="{}">{}</a>', reverse("run", args=[run]), run)
