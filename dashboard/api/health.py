"""/healthz for monitoring, /metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from dashboard.api.callers import Bearer
from dashboard.api.problems import Refused, refused
from dashboard.machine.room import ROOM
from dashboard.models.statistics import BUCKETS
from dashboard.queries import health as queries
from dashboard.queries.api import when
from dashboard.store.configuration.site import qb_conf
from qubecb import __version__
from qubecb.conffile.names import LANGUAGES
from qubecb.runner.outcome import ENDED

_WITH_FILE = "qb.conf was found: its supervisor_language_flags count"
_WITHOUT_FILE = "no qb.conf was found: all three languages are enabled"
_ABSENT = "qb.conf is missing: its last known content stays in force until it is back"
_MAY_READ = Bearer("viewer")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Say whether events are stored, dispatched and run: 200, else 503. Needs no token.

    Holds nothing secret: no paths, no names, only counts.
    """
    try:
        found = queries.health()
    except DatabaseError:
        said = {"status": "down", "database": False, "full": ROOM.is_gone}
        return JsonResponse(said, status=503)
    full, trouble = ROOM.is_gone, _trouble(found)
    told = {
        "status": _status(found, full, trouble),
        "database": True,
        "full": full,
        "dispatcher": found.dispatchers > 0,
        "workers": found.workers,
        "last_heartbeat": when(found.last_heartbeat),
        "backlog": found.backlog,
        "set_aside": found.set_aside,
        "queued": found.queued,
        "running": found.running,
        "trouble": trouble,
        "qb_conf": _qb_conf(),
        "version": __version__,
    }
    return JsonResponse(told, status=200 if found.working and not full else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts in Prometheus' text format, for a viewer's token or session."""
    try:
        _MAY_READ(request)
    except Refused as error:
        return refused(error)
    registry = CollectorRegistry()
    registry.register(_Counts())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _trouble(found: queries.Health) -> list[str]:
    """What fails or is missing at present."""
    return [*found.trouble, *(["qb.conf"] if qb_conf().absence else [])]


def _status(found: queries.Health, full: bool, trouble: list[str]) -> str:
    if not found.working:
        return "down"
    if full:
        return "full"
    return "trouble" if trouble else "ok"


def _qb_conf() -> dict[str, object]:
    found = qb_conf()
    return {
        "found": found.found,
        "rule": _ABSENT
        if found.absence
        else _WITH_FILE
        if found.found
        else _WITHOUT_FILE,
        "languages": [each for each in LANGUAGES.values() if found.enabled(each)],
    }


class _Counts(Collector):
    """Reads everything again for each scrape; ended runs are counted from roll-ups."""

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("qubecb", "What runs here.", {"version": __version__})
        yield from _gauges()
        yield _runs()
        yield _kept_back()
        yield _seconds()


def _gauges() -> Iterator[Metric]:
    found = queries.health()
    age = (
        (timezone.now() - found.last_heartbeat).total_seconds()
        if found.last_heartbeat
        else float("inf")
    )
    values = {
        "qubecb_up": (
            "1 when events are stored, dispatched and run.",
            found.working and not ROOM.is_gone,
        ),
        "qubecb_dispatchers": ("Processes that dispatch.", found.dispatchers),
        "qubecb_workers": ("Processes that start runs.", found.workers),
        "qubecb_heartbeat_age_seconds": ("Since the last sign of life.", age),
        "qubecb_events_waiting": ("Events not dispatched yet.", found.backlog),
        "qubecb_events_set_aside": (
            "Events that could not be judged, to be planned again.",
            found.set_aside,
        ),
        "qubecb_runs_queued": ("Runs that wait for a worker.", found.queued),
        "qubecb_runs_running": ("Runs that are running.", found.running),
        "qubecb_runs_open": ("Runs that are open.", queries.open_count()),
    }
    for name, (meaning, value) in values.items():
        yield GaugeMetricFamily(name, meaning, value=float(value))


def _runs() -> Metric:
    """Prometheus treats a falling counter as a restarted one: midnight is harmless."""
    family = CounterMetricFamily(
        "qubecb_runs",
        "Runs that ended since midnight UTC, by callback and state.",
        labels=["directory", "file", "state"],
    )
    for row in queries.ended_today():
        for state in ENDED:
            family.add_metric([row["directory"], row["file"], state], row[state])
    return family


def _kept_back() -> Metric:
    family = CounterMetricFamily(
        "qubecb_kept_back",
        "Runs that were kept back since midnight UTC, by callback and code.",
        labels=["directory", "file", "code"],
    )
    for labels, count in sorted(queries.kept_back_today().items()):
        family.add_metric(labels, count)
    return family


def _seconds() -> Metric:
    counts, seconds = queries.durations_today()
    bounds = [*(str(float(bound)) for bound in BUCKETS), "+Inf"]
    sums = [float(sum(counts[: n + 1])) for n in range(len(counts))]
    return HistogramMetricFamily(
        "qubecb_run_seconds",
        "How long runs took that ended since midnight UTC.",
        buckets=list(zip(bounds, sums, strict=True)),
        sum_value=seconds,
    )
