"""What people do with runs: cancel, replay and dismiss them, one or all of a filter."""

from __future__ import annotations

from collections import Counter

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dashboard.access import by, requires
from dashboard.forms.callbacks import CancelForm
from dashboard.forms.runs import DiscardForm, DismissForm, RunFilterForm
from dashboard.looks.words import counted
from dashboard.models import Run
from dashboard.queries import replays as queries
from dashboard.queries.run import replay_after, unfinished_replay
from dashboard.store.acts import cancelling, dismissing, replaying
from dashboard.store.configuration.pauses import kept_back
from dashboard.views.numbers import number_in
from dashboard.views.returning import only_posted
from dashboard.views.runs import run_of


@requires("operator")
@only_posted("run", "identity")
def cancel(request: HttpRequest, identity: int) -> HttpResponse:
    """End a run, or take it out of the queue."""
    found, form = run_of(identity), CancelForm(request.POST)
    if not form.is_valid():
        return _refused(request, identity, form)
    done = cancelling.cancel_run(found.pk, by(request), form.cleaned_data["reason"])
    if done == "cancelled":
        messages.success(request, f"Run {identity} was cancelled before it started.")
    elif done == "asked":
        messages.success(request, f"Run {identity} is being stopped.")
    else:
        messages.info(request, f"Run {identity} had already ended by itself.")
    return redirect("run", identity)


@requires("operator")
@only_posted("run", "identity")
def replay_one(request: HttpRequest, identity: int) -> HttpResponse:
    """Replay a run for the same event; the same form sent twice replays once."""
    found, seen = run_of(identity), number_in(request.POST, "seen") or 0
    new = replaying.replay([found.pk], by(request), seen).get(found.pk)
    if new is not None:
        _say_replayed(request, [new], f"Run {found.pk} is replayed as run {new}.")
        return redirect("run", new)
    already = replay_after(found, seen) or unfinished_replay(found)
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
def dismiss_one(request: HttpRequest, identity: int) -> HttpResponse:
    """Dismiss a run."""
    found, form = run_of(identity), DismissForm(request.POST)
    if not form.is_valid():
        return _refused(request, identity, form)
    if dismissing.dismiss([found.pk], by(request), form.cleaned_data["reason"]):
        messages.success(request, f"Run {identity} was dismissed.")
    else:
        messages.info(request, f"Run {identity} is not open; nothing was done.")
    return redirect("run", identity)


@requires("operator")
@only_posted("run", "identity")
def discard_one(request: HttpRequest, identity: int) -> HttpResponse:
    """Discard a suppressed run."""
    found, form = run_of(identity), DiscardForm(request.POST)
    if not form.is_valid():
        return _refused(request, identity, form)
    if dismissing.discard([found.pk], by(request), form.cleaned_data["reason"]):
        messages.success(request, f"Run {identity} was discarded.")
    else:
        messages.info(
            request, f"Run {identity} is not open, or not suppressed; nothing was done."
        )
    return redirect("run", identity)


def _refused(request: HttpRequest, identity: int, form: forms.Form) -> HttpResponse:
    """Show what is wrong with the reason."""
    wrong = " ".join(map(str, form.errors["reason"]))
    messages.error(request, f"{wrong} Nothing was done.")
    return redirect("run", identity)


@requires("operator")
def replay(request: HttpRequest) -> HttpResponse:
    """Replay every run of a filter: how many first, then, when posted, doing it.

    Those that are open can be dismissed instead.
    """
    form = RunFilterForm(request.GET)
    if not form.is_valid():
        messages.error(request, "; ".join(form.faults()))
        return redirect("runs")
    plan = queries.replay_plan(form.wanted())
    doing = request.POST.get("do", "replay") if request.method == "POST" else ""
    if doing == "replay":
        seen = number_in(request.POST, "seen") or plan.seen
        return _replay(request, _counted(request, plan), seen)
    why = _REASONS.get(doing, DismissForm)(request.POST if doing else None)
    if doing in _REASONS and why.is_valid():
        reason = why.cleaned_data["reason"]
        return _dismiss(request, _counted(request, plan), doing, reason)
    back = kept_back([(directory, file) for directory, file, _ in plan.callbacks])
    rows = [(*row, back.get(row[:2], "")) for row in plan.callbacks]
    context = {
        "plan": plan,
        "rows": rows,
        "kept_back": sum(count for *_, count, said in rows if said),
        "queued": sum(count for *_, count, said in rows if not said),
        "reasons": sorted(set(back.values())),
        "form": why,
        "query": request.GET.urlencode(),
        "most": queries.REPLAYED,
    }
    return render(request, "runs/replay.html", context)


_REASONS: dict[str, type[forms.Form]] = {
    "dismiss": DismissForm,
    "discard": DiscardForm,
}


def _counted(request: HttpRequest, plan: queries.ReplayPlan) -> list[int]:
    """Only the runs that were counted when the person was asked, not newer ones."""
    bound = number_in(request.POST, "newest") or 0
    return [identity for identity in plan.ids if identity <= bound]


def _dismiss(
    request: HttpRequest, wanted: list[int], act: str, reason: str
) -> HttpResponse:
    if act == "dismiss":
        done = dismissing.dismiss(wanted, by(request), reason)
        messages.success(request, f"{_runs(len(done))} dismissed.")
    else:
        done = dismissing.discard(wanted, by(request), reason)
        messages.success(request, f"{_runs(len(done))} discarded.")
    return redirect("runs")


def _replay(request: HttpRequest, wanted: list[int], seen: int) -> HttpResponse:
    new = replaying.replay(wanted, by(request), seen)
    left = len(wanted) - len(new)
    said = "{} queued again."
    if left:
        said += f" {left} were left out: they have not ended, were simulations, were replayed meanwhile, or their event is gone."
    _say_replayed(request, list(new.values()), said)
    return redirect("runs")


def _say_replayed(request: HttpRequest, new: list[int], said: str) -> None:
    """Show how many runs were replayed and queued, and how many were not."""
    found = Run.objects.filter(pk__in=new, state="suppressed")
    back = Counter(found.values_list("directory", "file"))
    said = said.format(_runs(len(new) - back.total()))
    if back:
        why = "; ".join(sorted(set(kept_back(back).values())))
        said += f" {_are(f'{back.total():,} of {len(new):,}', back.total())} kept back: {why}."
    level = messages.SUCCESS if new and not back else messages.WARNING
    messages.add_message(request, level, said)


def _runs(count: int) -> str:
    return _are(counted(count, "run"), count)


def _are(what: str, count: int) -> str:
    return f"{what} {'is' if count == 1 else 'are'}"
