"""The overview: is anything wrong right now? And the farm's pulse."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access import requires
from dashboard.htmx import page, wants_fragment
from dashboard.looks.columns import Column
from dashboard.queries import overview as queries
from dashboard.queries.open_runs import open_runs
from dashboard.queries.tallies import Tally
from dashboard.store.configuration.checking import Checked, checked
from dashboard.store.configuration.pauses import pauses
from dashboard.views.configuration import severity_counts
from dashboard.views.stops import stops
from qubecb.conffile.names import LANGUAGES

#: Callbacks that need a look, the worst ones.
_TROUBLED = 8


@require_safe
@requires("viewer")
def overview(request: HttpRequest) -> HttpResponse:
    """Processes, the runs of the last 24 hours, failures and findings."""
    stopped = pauses()
    day, found = queries.last_day(), open_runs()
    seen = checked()
    processes, found_stops = queries.processes(), stops(seen)
    alive = sum(1 for each in processes if each.alive)
    context: dict[str, Any] = {
        "stops": found_stops,
        "in_trouble": any(not each.partly for each in found_stops),
        "processes": processes,
        "alive": alive,
        "working": alive > 0,
        "waiting": queries.waiting_events(),
        "set_aside": queries.set_aside(),
        "day": day,
        "columns": [_column(*period) for period in day.history.periods],
        "open": found.all,
        "troubled": queries.with_histories(
            queries.troubled(day, found, stopped)[:_TROUBLED]
        ),
        "pauses": [each for each in stopped if not each.file],
        "failures": queries.latest_failures(),
        "remarked": queries.remarked_events(),
        "spool": queries.spool_problems(),
    }
    if not wants_fragment(request):
        context |= _configuration(seen)
    return page(request, "overview/page.html", "overview/_live.html", context)


def _configuration(seen: Checked) -> dict[str, Any]:
    """The callback directories as they are on disk, and their findings."""
    conf = seen.conf
    return {
        "directories": seen.catalog.directories,
        "conf": conf,
        "languages": [(name, conf.enabled(name)) for name in LANGUAGES.values()],
        "findings": [each for each in seen.findings if each.severity != "info"][:6],
        "finding_counts": severity_counts(seen.findings),
    }


@require_safe
@requires("viewer")
def pulse(request: HttpRequest) -> HttpResponse:
    """The pulse alone, which every page polls."""
    return render(request, "overview/pulse.html")


def _column(hour: datetime, tally: Tally) -> Column:
    """One bar of the chart: it leads to exactly the runs that it counts."""
    local = timezone.localtime(hour)
    start = hour.strftime("%Y-%m-%dT%H:%M:%SZ")
    href = f"{reverse('runs')}?hour={start}&test=farm"
    return Column(f"{local:%H:%M}", href, tally.counts, tick=local.hour % 3 == 0)
