"""Runs: the list with its filters, failures grouped, and one run."""

from __future__ import annotations

from pathlib import Path
from signal import Signals
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.access import requires
from dashboard.forms.fields import PagingForm
from dashboard.forms.runs import RunFilterForm
from dashboard.htmx import STOP_POLLING, page, wants_fragment
from dashboard.looks.addresses import changed, page_urls
from dashboard.looks.states import STATES
from dashboard.models import Run, WhyRecord
from dashboard.queries import run as one
from dashboard.queries import runs as queries
from dashboard.queries.configuration import words_of
from dashboard.queries.large import large
from dashboard.queries.output import last_output, read_output
from dashboard.queries.paging import Page, read_page
from dashboard.queries.satisfied import with_causes
from dashboard.queries.scripts import kept_script, read_script
from dashboard.store.configuration.pauses import kept_back
from dashboard.views.numbers import number_in
from qubecb.conffile.names import language_of
from qubecb.digits import limited
from qubecb.errors import BadFileName
from qubecb.runner.outcome import RunState

#: What can be chosen for the time in the filter bar.
SPANS = (
    ("", "Any time"),
    ("1h", "Last hour"),
    ("24h", "Last 24 hours"),
    ("7d", "Last 7 days"),
    ("30d", "Last 30 days"),
)


@require_safe
@requires("viewer")
def runs(request: HttpRequest) -> HttpResponse:
    """Everything that ran, filtered by the address; with `group=signature` failures by kind."""
    form = RunFilterForm(request.GET)
    valid = form.is_valid()
    applied = _applied(request)
    context = {
        "form": form,
        "faults": [] if valid else form.faults(),
        "applied": [(name, _said(name, value), link) for name, value, link in applied],
        "kept": [(name, value) for name, value, _ in applied],
        "states": _states(form),
        "spans": SPANS,
        "filtered": bool(set(request.GET) - {"before", "after", "group"}),
        "query": changed(request.GET, before=None, after=None, group=None),
        "grouped": request.GET.get("group") == "signature",
    }
    context |= _grouped(form) if context["grouped"] else _listed(request, form)
    return page(request, "runs/page.html", "runs/_results.html", context)


def _listed(request: HttpRequest, form: RunFilterForm) -> dict[str, Any]:
    keys = PagingForm(request.GET).keys()
    found: Page[Run] = Page([], None, None)
    if form.is_valid():
        found = read_page(queries.matching(form.wanted()), **keys)
    busy = any(not RunState(run.state).ended for run in found.rows)
    return {
        "runs": queries.with_firers(found.rows),
        "busy": busy,
        "live": keys["before"] is None and keys["after"] is None,
        **page_urls(request, found.newer, found.older),
    }


def _grouped(form: RunFilterForm) -> dict[str, Any]:
    groups = queries.failure_groups(form.wanted()) if form.is_valid() else []
    return {"groups": groups, "most": queries.GROUPED}


def _applied(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The filters that have no field in the bar: name, value, and the address without it."""
    hidden = (
        *("trigger", "event", "hour", "signature", "revision", "pause", "until"),
        "why",
    )
    return [
        (
            name,
            request.GET[name],
            f"?{changed(request.GET, **{name: None}, before=None, after=None)}",
        )
        for name in hidden
        if request.GET.get(name)
    ]


def _said(name: str, value: str) -> str:
    """A filter's value in words: a revision by its number in its directory."""
    if name == "why":
        number, _, step = value.partition(".")
        asked = WhyRecord.objects.filter(pk=limited(number) or 0).only("file").first()
        about = f"the answer about {asked.file}" if asked else "an answer that is gone"
        return f"{step.replace('-', ' ')}, in {about}"
    key = limited(value) if name == "revision" else None
    if key is None:
        return value
    return words_of([key]).get(key, f"{value}, which is gone")


def _states(form: RunFilterForm) -> list[dict[str, Any]]:
    """The states as boxes to tick."""
    chosen = form["state"].value() or []
    return [
        {"value": state.value, "look": look, "chosen": state.value in chosen}
        for state, look in STATES.items()
    ]


def run_of(identity: int) -> Run:
    """The run with this id; 404 when it is not stored."""
    found = one.get_run(identity)
    if found is None:
        raise Http404(f"There is no run {identity}; it may have been pruned.")
    return found


@require_safe
@requires("viewer")
def run(request: HttpRequest, identity: int) -> HttpResponse:
    """One run: its outcome, its output, and everything that led to it."""
    found = run_of(identity)
    ended = RunState(found.state).ended
    context = {
        "run": found,
        "ended": ended,
        "sentence": _SENTENCES.get(RunState(found.state), ""),
        "event": one.event_of(found),
        "around": one.around(found),
        "satisfied": with_causes(found),
        "kept_back": kept_back([(found.directory, found.file)]).values(),
        "waited": _waited(found),
        "signal": _signal(found),
        "fragment": wants_fragment(request),
    }
    if found.state == RunState.RUNNING:
        usual = settings.ENVIRONMENT.get("QUBECB_TIMEOUT")
        context["limit"] = one.time_limit(found, usual)
    if not context["fragment"]:
        context["output"] = last_output(found)
        context["job"] = large(Run, found.pk, "job_then")
    status = STOP_POLLING if ended and context["fragment"] else 200
    return page(request, "runs/run.html", "runs/_run_live.html", context, status)


_SENTENCES = {
    RunState.QUEUED: "It waits for a free slot",
    RunState.RUNNING: "It is running",
    RunState.SUCCEEDED: "It ended as it should",
}


def _waited(run: Run) -> float | None:
    """Seconds between the queue and the start."""
    if run.started_at is None:
        return None
    return (run.started_at - run.queued_at).total_seconds()


def _signal(run: Run) -> str:
    """The name of the signal that ended it, or nothing."""
    if run.exit is None or run.exit >= 0:
        return ""
    try:
        return Signals(-run.exit).name
    except ValueError:
        return str(-run.exit)


@require_safe
@requires("viewer")
def run_script(request: HttpRequest, identity: int) -> HttpResponse:
    """The script as it was when the run was started, and what has changed on disk since."""
    found = run_of(identity)
    script = one.script_of(found)
    if script is None:
        raise Http404(f"The script of run {identity} was not kept.")
    then, now = kept_script(bytes(script.content)), _on_disk(found)
    frames = (found.traceback or {}).get("frames") or [{}]
    context = {
        "run": found,
        "script": script,
        "then": then,
        "now": now,
        "changes": None if now is None or now == then.text else True,
        "language": language_of(found.file) or "text",
        "failed_line": frames[-1].get("line") if _is_own(frames[-1], found) else None,
    }
    return render(request, "runs/script.html", context)


def _on_disk(run: Run) -> str | None:
    """The script as it is now; None when it is gone, unreadable or too large to show."""
    try:
        script = read_script(Path(run.directory), run.file)
    except BadFileName:
        return None
    return None if script.error else script.text


def _is_own(frame: dict[str, Any], run: Run) -> bool:
    return str(frame.get("file", "")).rpartition("/")[2] == run.file


@require_safe
@requires("viewer")
def run_output(request: HttpRequest, identity: int) -> HttpResponse:
    """Bytes of a run's output from `offset` on; X-Next-Offset and X-Ended say how to go on."""
    found = run_of(identity)
    chunk = read_output(found, number_in(request.GET, "offset") or 0)
    return HttpResponse(
        chunk.data,
        content_type="text/plain; charset=utf-8",
        headers={
            **chunk.headers,
            "X-Total": str(chunk.total),
            "Cache-Control": "no-store",
        },
    )
