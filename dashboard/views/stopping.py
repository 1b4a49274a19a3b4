"""Pausing a callback, a directory or everything; resuming it; cancelling what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.access import by, requires
from dashboard.forms.callbacks import CancelForm, PauseForm
from dashboard.looks.addresses import runs_url
from dashboard.looks.words import counted
from dashboard.queries import callbacks as queries
from dashboard.store.acts import cancelling
from dashboard.store.configuration import editing as configuration
from dashboard.store.configuration import pauses
from dashboard.store.configuration.naming import Places
from dashboard.views.directories import Place, place_wanted, places
from dashboard.views.numbered import with_name
from dashboard.views.returning import only_posted, way_back
from qubecb.conffile.names import name_fault


@dataclass(frozen=True, slots=True)
class Target:
    """The target: a callback, a directory (no file), or everything (no directory)."""

    place: Place | None
    file: str = ""

    @property
    def directory(self) -> str:
        """The directory's path, or nothing for everything."""
        return str(self.place.path) if self.place else ""

    @property
    def words(self) -> str:
        """The target in a few words."""
        if self.file:
            where = Places().of(self.directory, self.file)
            return f"{self.file} in {where}" if where else self.file
        return f"everything in {self.directory}" if self.place else "every callback"

    @property
    def runs_of(self) -> str:
        """The filter of the list of runs, or nothing."""
        return f"{self.directory}/{self.file}" if self.file else ""

    @property
    def url(self) -> str:
        """The page that it belongs to."""
        if self.place and self.file:
            return reverse("callback", args=[self.place.name, self.file])
        query = f"?directory={self.place.name}" if self.place else ""
        return f"{reverse('callbacks')}{query}"


def _target(request: HttpRequest) -> Target:
    """What the address means; a name that no callback can have is 404."""
    file = request.GET.get("file", "")
    if "directory" not in request.GET:
        return Target(None)
    if file and name_fault(file) is not None:
        raise Http404("No callback can have this name.")
    return Target(place_wanted(request), file)


@requires("operator")
@with_name
def pause(request: HttpRequest) -> HttpResponse:
    """Ask why and for how long; then stop it at once."""
    target = _target(request)
    form = PauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _pause(request, target, form)
    waiting = queries.queued(target.directory, target.file)
    found = queries.pause_of(pauses.pauses(), target.directory, target.file)
    context = {
        "target": target,
        "form": form,
        "waiting": sum(waiting.values()),
        "mapped": _mapped(target),
        "places": len(places()),
        "pause": found,
        "back": way_back(request, target.url),
    }
    return render(request, "callbacks/pause.html", context)


def _mapped(target: Target) -> int:
    """How many callbacks of the configuration in force it is."""
    if target.file:
        return 1
    wanted = [target.place] if target.place else places()
    revisions = [configuration.current_revision(place.path) for place in wanted]
    return sum(len(each.meaning) for each in revisions if each)


def _pause(request: HttpRequest, target: Target, form: PauseForm) -> HttpResponse:
    reason, until = form.cleaned_data["reason"], form.until()
    whole = target.directory or None, target.file or None
    pauses.pause(*whole, reason, until, by(request))
    end = until and pauses.clock(datetime.fromtimestamp(until, UTC))
    holds = f"until {end}" if end else "until somebody resumes it"
    messages.success(request, f"Paused {_counted(target)}, {holds}.")
    return redirect(way_back(request, target.url))


@requires("operator")
@only_posted("callbacks")
@with_name
def resume(request: HttpRequest) -> HttpResponse:
    """Resume a callback, a directory or everything."""
    target = _target(request)
    if pauses.resume(target.directory or None, target.file or None, by(request)):
        messages.success(request, _resumed(target))
    else:
        messages.info(request, f"The pause of {target.words} had ended already.")
    return redirect(way_back(request, target.url))


def _counted(target: Target) -> str:
    """What it is, in a few words and in numbers."""
    if target.file:
        return target.words
    return f"{target.words} ({counted(_mapped(target), 'callback')})"


def _resumed(target: Target) -> SafeString:
    """What was resumed, and where the runs are that it would have made meanwhile."""
    wanted = {"state": "suppressed", "callback": target.runs_of}
    return format_html(
        'Resumed {}. <a href="{}">What it did not run meanwhile</a> can be replayed or discarded.',
        target.words,
        runs_url(**wanted),
    )


@requires("operator")
@with_name
def cancel_queued(request: HttpRequest) -> HttpResponse:
    """Say how many runs of a callback wait; then cancel them."""
    target = _target(request)
    if target.place is None or not target.file:
        raise Http404("The address must name a directory and a file.")
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _cancel(request, target, form.cleaned_data["reason"])
    waiting = queries.queued(target.directory, target.file).get(target.file, 0)
    context = {"target": target, "form": form, "waiting": waiting}
    return render(request, "callbacks/cancel.html", context)


def _cancel(request: HttpRequest, target: Target, reason: str) -> HttpResponse:
    who = by(request)
    count = cancelling.cancel_queued(target.directory, target.file, who, reason)
    runs = "1 run" if count == 1 else f"{count:,} runs"
    messages.success(request, f"Cancelled {runs} of {target.words} that waited.")
    return redirect(target.url)
