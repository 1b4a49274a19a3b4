"""Callbacks: what each directory holds, and everything about one callback."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access import requires
from dashboard.forms.callbacks import SHOWS, CallbackFilterForm
from dashboard.forms.fields import PagingForm
from dashboard.htmx import page
from dashboard.looks.addresses import number_urls, page_urls
from dashboard.looks.columns import Column
from dashboard.models.configuration import meaning_of
from dashboard.queries import callback_history
from dashboard.queries import callbacks as queries
from dashboard.queries import runs as run_queries
from dashboard.queries.callbacks import CallbackRow
from dashboard.queries.durations import WORDS
from dashboard.queries.open_runs import open_runs
from dashboard.queries.paging import ROWS, read_page
from dashboard.queries.scripts import kept_script, read_script
from dashboard.queries.tallies import History
from dashboard.store.configuration import editing as configuration
from dashboard.store.configuration import pauses
from dashboard.store.configuration.checking import checked
from dashboard.views.directories import Place, place_named, place_wanted, places
from dashboard.views.numbered import with_name
from qubecb.conffile.catalog import Directory
from qubecb.conffile.meaning import EffectiveMapping
from qubecb.conffile.names import language_of, name_fault
from qubecb.conffile.options import OPTION_KINDS
from qubecb.lint import Finding

VIEWS = ("runs", "source", "changes")
_SHA256 = 64


@require_safe
@requires("viewer")
@with_name
def callbacks(request: HttpRequest) -> HttpResponse:
    """Every mapping of one directory, and what is not mapped; one tab a directory."""
    here = place_wanted(request)
    stopped = pauses.pauses()
    directory, findings = _checked(here)
    rows = queries.rows_of(directory, findings, stopped, _meaning(here))
    queries.with_open(str(here.path), rows)
    form = CallbackFilterForm(request.GET)
    wanted = Paginator(form.wanted(rows), ROWS).get_page(request.GET.get("page"))
    queries.with_histories(str(here.path), shown := list(wanted))
    queries.with_last_runs(str(here.path), shown)
    context = {
        "here": here,
        "tabs": [
            (place.label, f"?directory={place.name}", place.name == here.name)
            for place in places()
        ],
        "directory": directory,
        "form": form,
        "shows": SHOWS,
        "rows": shown,
        "count": len(rows),
        **number_urls(request, wanted),
        "whole": queries.pause_of(stopped, str(here.path), ""),
        "general": queries.general_findings(directory, rows, findings),
    }
    return page(request, "callbacks/page.html", "callbacks/_list.html", context)


@require_safe
@requires("viewer")
def callback(request: HttpRequest, directory: str, file: str) -> HttpResponse:
    """One callback: its trigger, its statistics, and its runs, source or changes."""
    here = place_named(directory)
    row = _row(here, file)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else VIEWS[0]
    context = {
        "here": here,
        "row": row,
        "view": view,
        "views": [(name.title(), f"?view={name}", name == view) for name in VIEWS],
        "options": _options(row),
        **_CONTEXTS[view](request, row),
    }
    return page(request, "callbacks/callback.html", "callbacks/_runs.html", context)


@require_safe
@requires("viewer")
def script(
    request: HttpRequest, directory: str, file: str, sha256: str
) -> HttpResponse:
    """A script as it was when it ran, and what has changed on disk since."""
    here = place_named(directory)
    found = callback_history.script_version(sha256) if len(sha256) == _SHA256 else None
    if found is None or name_fault(file) is not None:
        raise Http404("No such script was kept; it may have been pruned.")
    now = read_script(here.path, file)
    context = {
        "here": here,
        "file": file,
        "script": found,
        "then": kept_script(bytes(found.content)),
        "now": now,
        "changed": now.sha256 != found.sha256,
        "language": language_of(file),
    }
    return render(request, "callbacks/script.html", context)


def _checked(here: Place) -> tuple[Directory, list[Finding]]:
    """A directory as it is on disk, with the findings of all directories."""
    seen = checked()
    directory = seen.catalog.directory(here.path)
    if directory is None:
        raise Http404("This callback directory is no longer configured.")
    return directory, [queries.printable(finding) for finding in seen.findings]


def _meaning(here: Place) -> list[EffectiveMapping]:
    """What the dispatcher uses of a directory now."""
    return meaning_of(configuration.current_revision(here.path))


def _row(here: Place, file: str) -> CallbackRow:
    """One callback: mapped, on disk, or known from its runs; else 404."""
    if name_fault(file) is not None:
        raise Http404("No callback can have this name.")
    directory, findings = _checked(here)
    path, stopped = str(here.path), pauses.pauses()
    rows = queries.rows_of(directory, findings, stopped, _meaning(here))
    found = next((row for row in rows if row.file == file), None)
    if found is None:
        if not queries.is_known(path, file):
            raise Http404(f"There is no callback {file} in {here.shown}.")
        found = CallbackRow(path, file, pause=queries.pause_of(stopped, path, file))
    found.history = queries.history_of(path, file)
    found.open = open_runs().of(path, file)
    found.queued = queries.queued(path, file).get(file, 0)
    found.last = queries.last_runs(path, [file]).get(file)
    return found


def _options(row: CallbackRow) -> list[tuple[str, str, str]]:
    """The limits that the mapping sets: name, value as written, what it means."""
    if row.mapping is None:
        return []
    written = dict(part.split("=", 1) for part in str(row.mapping.options).split())
    return [
        (name, value, OPTION_KINDS[name].meaning) for name, value in written.items()
    ]


def _runs(request: HttpRequest, row: CallbackRow) -> dict[str, Any]:
    keys = PagingForm(request.GET).keys()
    wanted = run_queries.RunFilter(directory=row.directory, file=row.file)
    found = read_page(run_queries.matching(wanted), keys["before"], keys["after"])
    return {
        "runs": run_queries.with_firers(found.rows),
        "busy": any(run.ended_at is None for run in found.rows),
        "live": keys["before"] is None and keys["after"] is None,
        "columns": columns(row.history, f"{row.directory}/{row.file}"),
        "buckets": buckets(row.history.all.durations),
        **page_urls(request, found.newer, found.older),
    }


def buckets(counts: Sequence[int]) -> list[tuple[str, int]]:
    """Durations as a histogram shows them: from the quickest run to the slowest."""
    pairs = list(zip(WORDS, counts, strict=True))
    used = [at for at, count in enumerate(counts) if count]
    return pairs[max(used[0] - 1, 0) : used[-1] + 2] if used else []


def columns(history: History, callback: str = "", trigger: str = "") -> list[Column]:
    """The bars of a chart by hour: each leads to exactly the runs that it counts."""
    return [
        Column(
            f"{timezone.localtime(start):%H}:00",
            f"{reverse('runs')}?{urlencode(_hour_filter(start, callback, trigger))}",
            tally.counts,
            tick=timezone.localtime(start).hour % 3 == 0,
        )
        for start, tally in history.periods
    ]


def _hour_filter(start: datetime, callback: str, trigger: str) -> dict[str, str]:
    found = {"hour": start.strftime("%Y-%m-%dT%H:%M:%SZ"), "test": "farm"}
    narrow = {"callback": callback, "trigger": trigger}
    return found | {name: value for name, value in narrow.items() if value}


def _source(request: HttpRequest, row: CallbackRow) -> dict[str, Any]:
    script = f"{row.directory}/{row.file}"
    return {
        "script": read_script(Path(row.directory), row.file),
        "margin": [one for one in row.findings if one.file == script and one.line],
    }


def _changes(request: HttpRequest, row: CallbackRow) -> dict[str, Any]:
    return {
        "changes": callback_history.mapping_changes(Path(row.directory), row.file),
        "scripts": callback_history.scripts_of(row.directory, row.file),
        "now": read_script(Path(row.directory), row.file).sha256,
    }


_CONTEXTS = {"runs": _runs, "source": _source, "changes": _changes}
