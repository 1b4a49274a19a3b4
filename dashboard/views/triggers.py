"""Triggers: each distinct one with what came of it, and a page that explains it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard.access import requires
from dashboard.forms.fields import PagingForm
from dashboard.htmx import page
from dashboard.looks.addresses import number_urls, page_urls
from dashboard.models.configuration import meaning_of
from dashboard.models.keys import trigger_key
from dashboard.queries import runs as run_queries
from dashboard.queries import triggers as queries
from dashboard.queries.paging import ROWS, read_page
from dashboard.queries.tallies import History, Window, days, hours
from dashboard.store.configuration import editing as configuration
from dashboard.views.callbacks import buckets, columns
from dashboard.views.directories import places
from qubecb.triggers import explain_tree

_WINDOWS = {"24h": lambda: hours(24), "7d": lambda: days(7)}
_WORDS = {"24h": "24 hours", "7d": "7 days"}
_DAYS = 14


@require_safe
@requires("viewer")
def triggers(request: HttpRequest) -> HttpResponse:
    """Every distinct trigger that is mapped or has run, what went wrong most first."""
    since = request.GET.get("since", "24h")
    since = since if since in _WINDOWS else "24h"
    text = request.GET.get("text", "")[:200].casefold()
    window = _WINDOWS[since]()
    found = queries.with_totals(_mapped(), window)
    fitting = [row for row in found if text in row.text.casefold()]
    rows = Paginator(fitting, ROWS).get_page(request.GET.get("page"))
    queries.with_histories(shown := list(rows), window)
    queries.with_last_events(shown)
    context = {
        "rows": shown,
        "count": len(found),
        "since": since,
        "windows": _WORDS.items(),
        "window": _WORDS[since],
        "text": request.GET.get("text", ""),
        **number_urls(request, rows),
    }
    return page(request, "triggers/page.html", "triggers/_list.html", context)


@require_safe
@requires("viewer")
def trigger(request: HttpRequest) -> HttpResponse:
    """One trigger: what it means, which events it waits for, what came of it."""
    key = trigger_key(request.GET.get("text", "").replace("\0", ""))
    row = _mapped().get(key)
    text = row.text if row else queries.text_of(key)
    if text is None:
        raise Http404("No mapping has this trigger, and it has caused no run.")
    history = queries.history_of(key, hours(24))
    window = days(_DAYS)
    context = {
        "text": text,
        "key": key,
        "mapped": row is not None,
        "callbacks": _callbacks(row, queries.history_by_callback(key, window), window),
        "history": history,
        "days": [
            day
            for day in reversed(queries.history_of(key, window).periods)
            if day[1].total
        ],
        "columns": columns(history, trigger=key),
        "buckets": buckets(history.all.durations),
        **_explained(text),
        **_runs(request, key),
    }
    return page(request, "triggers/trigger.html", "triggers/_runs.html", context)


def _mapped() -> dict[str, queries.TriggerRow]:
    """The triggers of the revisions in force."""
    return queries.mapped_triggers(
        (
            str(place.path),
            meaning_of(configuration.current_revision(place.path)),
        )
        for place in places()
    )


def _callbacks(
    row: queries.TriggerRow | None,
    daily: dict[queries.Callback, History],
    window: Window,
) -> list[tuple[str, str, bool, History]]:
    """The callbacks of a trigger: directory, file, whether mapped now, what came of it."""
    mapped = row.callbacks if row else []
    return [
        (*key, key in mapped, daily.get(key) or window.history())
        for key in dict.fromkeys([*mapped, *sorted(daily)])
    ]


def _explained(text: str) -> dict[str, Any]:
    """What a trigger means as a tree, and when its events came last."""
    found = queries.read(text)
    if found is None:
        return {}
    return {"tree": explain_tree(found), "specs": queries.seen_specs(found)}


def _runs(request: HttpRequest, key: str) -> dict[str, Any]:
    keys = PagingForm(request.GET).keys()
    wanted = run_queries.RunFilter(trigger=key)
    found = read_page(run_queries.matching(wanted), keys["before"], keys["after"])
    return {
        "runs": run_queries.with_firers(found.rows),
        "busy": any(run.ended_at is None for run in found.rows),
        "live": keys["before"] is None and keys["after"] is None,
        **page_urls(request, found.newer, found.older),
    }
