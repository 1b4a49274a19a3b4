"""Runs: the list with its filters, failures grouped, one run, cancelling and replaying."""

from __future__ import annotations

import json
from pathlib import Path
from signal import Signals
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dashboard.access import by, requires
from dashboard.forms.fields import PagingForm
from dashboard.forms.runs import RunFilterForm
from dashboard.htmx import STOP_POLLING, page, wants_fragment
from dashboard.models import Run
from dashboard.queries import runs as queries
from dashboard.queries.output import last_output, read_output
from dashboard.queries.paging import Page, read_page
from dashboard.queries.scripts import kept_script, read_script
from dashboard.store import cancelling, discarding, replaying
from dashboard.templatetags.icons import STATES
from dashboard.templatetags.links import changed, page_urls
from dashboard.views.returning import only_posted
from qubecb.conffile.names import language_of
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
    context = {
        "form": form,
        "faults": [] if valid else form.faults(),
        "applied": _applied(request),
        "kept": [(name, value) for name, value, _ in _applied(request)],
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
        "runs": found.rows,
        "busy": busy,
        "live": keys["before"] is None and keys["after"] is None,
        **page_urls(request, found.newer, found.older),
    }


def _grouped(form: RunFilterForm) -> dict[str, Any]:
    groups = queries.failure_groups(form.wanted()) if form.is_valid() else []
    return {"groups": groups, "most": queries.GROUPED}


def _applied(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The filters that have no field in the bar: name, value, and the address without it."""
    hidden = ("trigger", "event", "hour", "signature", "revision", "until")
    return [
        (
            name,
            request.GET[name],
            f"?{changed(request.GET, **{name: None}, before=None, after=None)}",
        )
        for name in hidden
        if request.GET.get(name)
    ]


def _states(form: RunFilterForm) -> list[dict[str, Any]]:
    """The states as boxes to tick."""
    chosen = form["state"].value() or []
    return [
        {"value": state.value, "look": look, "chosen": state.value in chosen}
        for state, look in STATES.items()
    ]


def _run(identity: int) -> Run:
    found = queries.get_run(identity)
    if found is None:
        raise Http404(f"There is no run {identity}; it may have been pruned.")
    return found


@require_safe
@requires("viewer")
def run(request: HttpRequest, identity: int) -> HttpResponse:
    """One run: its outcome, its output, and everything that led to it."""
    found = _run(identity)
    ended = RunState(found.state).ended
    context = {
        "run": found,
        "ended": ended,
        "sentence": _SENTENCES.get(RunState(found.state), ""),
        "event": queries.event_of(found),
        "around": queries.around(found),
        "waited": _waited(found),
        "signal": _signal(found),
        "fragment": wants_fragment(request),
    }
    if found.state == RunState.RUNNING:
        usual = settings.ENVIRONMENT.get("QUBECB_TIMEOUT")
        context["limit"] = queries.time_limit(found, usual)
    if not context["fragment"]:
        context["output"] = last_output(found)
        if found.job_then is not None:
            context["job_json"] = json.dumps(found.job_then, indent=2)
    status = STOP_POLLING if ended and context["fragment"] else 200
    return page(request, "runs/run.html", "runs/_run_live.html", context, status)


_SENTENCES = {
    RunState.QUEUED: "It waits for a free place",
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
    found = _run(identity)
    script = queries.script_of(found)
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
    found = _run(identity)
    given = request.GET.get("offset", "")
    offset = int(given[:18]) if given.isascii() and given.isdecimal() else 0
    chunk = read_output(found, offset)
    return HttpResponse(
        chunk.data,
        content_type="text/plain; charset=utf-8",
        headers={
            **chunk.headers,
            "X-Total": str(chunk.total),
            "Cache-Control": "no-store",
        },
    )


@requires("operator")
@only_posted("run", "identity")
def cancel(request: HttpRequest, identity: int) -> HttpResponse:
    """End a run, or take it out of the queue."""
    found = _run(identity)
    reason = request.POST.get("reason", "").strip()[:200]
    if cancelling.cancel_run(found.pk, by(request), reason):
        messages.success(request, f"Run {identity} is being cancelled.")
    else:
        messages.info(request, f"Run {identity} has ended by itself.")
    return redirect("run", identity)


@requires("operator")
@only_posted("run", "identity")
def replay_one(request: HttpRequest, identity: int) -> HttpResponse:
    """Run again what a run ran, for the same event; the same form sent twice does it once."""
    found, seen = _run(identity), _posted_key(request, "seen")
    new = replaying.replay([found.pk], by(request), seen).get(found.pk)
    if new is not None:
        messages.success(request, f"Run {found.pk} is replayed as run {new}.")
        return redirect("run", new)
    already = queries.replay_after(found, seen)
    if already is not None:
        said = f"Run {found.pk} was replayed already, as run {already}."
        messages.info(request, said)
        return redirect("run", already)
    messages.warning(
        request,
        f"Run {found.pk} is not replayed: it has not ended, was a simulation, or its event is gone.",
    )
    return redirect("run", found.pk)


@requires("operator")
@only_posted("run", "identity")
def discard_one(request: HttpRequest, identity: int) -> HttpResponse:
    """Decide that a suppressed run is not to be run."""
    found = _run(identity)
    if discarding.discard([found.pk], by(request)):
        messages.success(request, f"Run {identity} is discarded.")
    else:
        messages.info(
            request, f"Run {identity} waits for no decision; nothing was done."
        )
    return redirect("run", identity)


@requires("operator")
def replay(request: HttpRequest) -> HttpResponse:
    """Replay every run of a filter: how many first, then, when posted, doing it.

    Those that were suppressed can be discarded instead.
    """
    form = RunFilterForm(request.GET)
    if not form.is_valid():
        messages.error(request, "; ".join(form.faults()))
        return redirect("runs")
    plan = queries.replay_plan(form.wanted())
    if request.method == "POST" and request.POST.get("do") == "discard":
        done = discarding.discard(_counted(request, plan), by(request))
        messages.success(request, f"{len(done)} suppressed runs are discarded.")
        return redirect("runs")
    if request.method == "POST":
        seen = _posted_key(request, "seen") or plan.seen
        return _replay(request, _counted(request, plan), seen)
    context = {"plan": plan, "query": request.GET.urlencode(), "most": queries.REPLAYED}
    return render(request, "runs/replay.html", context)


def _counted(request: HttpRequest, plan: queries.ReplayPlan) -> list[int]:
    """Only what was counted when the person was asked: newer runs are left alone."""
    bound = _posted_key(request, "newest")
    return [identity for identity in plan.ids if identity <= bound]


def _posted_key(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given[:18]) if given.isascii() and given.isdecimal() else 0


def _replay(request: HttpRequest, wanted: list[int], seen: int) -> HttpResponse:
    new = replaying.replay(wanted, by(request), seen)
    left = len(wanted) - len(new)
    said = f"{len(new)} runs are queued again."
    if left:
        said += f" {left} were left out: they have not ended, were simulations, were replayed meanwhile, or their event is gone."
    messages.success(request, said) if new else messages.warning(request, said)
    return redirect("runs")
