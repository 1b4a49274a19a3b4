"""Test fire: choose an event, choose what to test, choose the rung."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.access import by, can, forbidden, requires
from dashboard.forms.fire import LONGEST_MORE, FireForm
from dashboard.htmx import STOP_POLLING
from dashboard.queries import fire as queries
from dashboard.queries.configuration import words_of
from dashboard.store.acts import firing
from dashboard.store.acts.firing import Shot
from dashboard.store.configuration.observing import catalog
from dashboard.store.dispatch.situations import Verdicts, bound_revisions
from dashboard.views.numbers import number_in
from qubecb.conffile.catalog import Directory
from qubecb.jobs.ids import job_id
from qubecb.triggers.vocabulary import EVENT_NAMES

#: Names that a source may send, for the list under the field.
_NAMES = [name for name in EVENT_NAMES if name != "dummy"]
#: What a form that nobody touched begins with.
_FRESH = {"name": "failed", "type": "job", "source": "bound"}
#: Longer ones than this are refused on the way by one program or another.
_LONGEST_ADDRESS = 4000
#: Mappings that do not fire and are shown all the same.
_MOST_OTHERS = 200
_FORM = (
    *("name", "type", "extra", "job", "job_name", "user", "label", "status", "pid"),
    *("pgrp", "more", "attached", "source", "callback"),
)


@requires("operator")
def fire(request: HttpRequest) -> HttpResponse:
    """The form; with an event in the address its verdicts; after a POST what was fired."""
    given = request.POST if request.method == "POST" else request.GET
    if given.get("source") == "edit" and settings.READ_ONLY:
        return render(request, "configuration/read_only.html", status=403)
    directories = catalog().directories
    if request.method == "POST":
        return _post(request, directories)
    asked = "name" in request.GET
    form = _form(request, request.GET if asked else None, directories)
    sequence = number_in(request.GET, "fired")
    found = None if sequence is None else queries.fired(sequence)
    live = found is not None and not found.simulated
    # what would fire now says nothing of an event that has happened
    judge = asked and not live and form.is_valid()
    return _page(request, form, firing.match(form.shot()) if judge else None, found)


@require_safe
@requires("operator")
def fired(request: HttpRequest, sequence: int) -> HttpResponse:
    """What a test fire caused so far; asked for until everything has ended."""
    found = queries.fired(sequence)
    if found is None:
        raise Http404
    status = STOP_POLLING if found.ended else 200
    return render(request, "fire/_fired.html", {"fired": found}, status=status)


def _post(request: HttpRequest, directories: tuple[Directory, ...]) -> HttpResponse:
    """Carry out the rung, and lead to an address that shows it; an edit has none."""
    if request.POST.get("source") == "edit" and not can(request.user, "editor"):
        return forbidden(request, "editor")
    form = _form(request, request.POST, directories)
    if not form.is_valid():
        return _page(request, form, None, None)
    shot, rung = form.shot(), request.POST.get("rung")
    if rung == "live" and "confirmed" not in request.POST:
        return _confirm(request, form, shot)
    sequence = _fire(request, shot, rung)
    address = _address(request.POST, sequence)
    if shot.edit is not None or len(address) > _LONGEST_ADDRESS:
        found = None if sequence is None else queries.fired(sequence)
        return _page(request, form, firing.match(shot), found)
    return redirect(address)


def _fire(request: HttpRequest, shot: Shot, rung: str | None) -> int | None:
    """Simulate or fire live; returns the sequence of the stored event, if any."""
    event = None
    if rung == "simulate":
        event = firing.simulate(shot, by(request)).event
    elif rung == "live" and shot.edit is None:
        accepted = firing.live(shot, by(request))
        (event,) = accepted.ids
        if accepted.duplicates:
            messages.info(request, "This was already fired; it was not fired again.")
    return None if event is None else queries.sequence_of(event)


def _confirm(request: HttpRequest, form: FireForm, shot: Shot) -> HttpResponse:
    """Show what a live fire will do, in numbers, before the button that does it."""
    matches = Verdicts(()) if shot.edit else firing.match(shot)
    context = {
        "form": form,
        "shot": shot,
        "runs": [each for each in matches if each.match.fires],
        "suppressed": [each for each in matches if each.match.suppressed],
        "left_out": matches.left_out,
        "given": [(name, request.POST.get(name, "")) for name in _FORM],
        "back": _address(request.POST, None),
    }
    return render(request, "fire/confirm.html", context)


def _page(
    request: HttpRequest,
    form: FireForm,
    matches: Verdicts | None,
    found: queries.Fired | None,
) -> HttpResponse:
    valid = form.is_bound and form.is_valid()
    context: dict[str, Any] = {
        "form": form,
        "names": _NAMES,
        "matches": matches,
        "shot": form.shot() if valid else None,
        "fired": found,
    }
    if matches is not None:
        context["triggered"] = [each for each in matches if each.triggered]
        others = [each for each in matches if not each.triggered]
        context["others"] = others[:_MOST_OTHERS]
        context["others_count"] = len(others)
        context["left_out"] = matches.left_out
        bound = bound_revisions(form.cleaned_data["job"])
        context["bound"] = list(words_of(bound).values())
    return render(request, "fire/page.html", context)


def _form(
    request: HttpRequest, data: QueryDict | None, directories: tuple[Directory, ...]
) -> FireForm:
    """The form, its text to edit filled with what is saved where nothing else is given."""
    may_edit = _may_edit(request)
    saved = _saved(directories) if may_edit else {}
    if data is None:
        initial = _initial(request, directories) | saved
        return FireForm(None, directories, may_edit, initial)
    filled = data.copy()
    for name, value in saved.items():
        filled.setdefault(name, value)
    return FireForm(filled, directories, may_edit)


def _may_edit(request: HttpRequest) -> bool:
    return can(request.user, "editor") and not settings.READ_ONLY


def _saved(directories: tuple[Directory, ...]) -> dict[str, str]:
    """What the text to edit begins with."""
    if not directories:
        return {}
    first = directories[0]
    return {
        "directory": str(first.path),
        "config": first.data.decode("utf-8", "replace"),
    }


def _initial(
    request: HttpRequest, directories: tuple[Directory, ...]
) -> dict[str, Any]:
    """Begin with a recorded event, a stored job or a callback that the address names."""
    initial: dict[str, Any] = {**_FRESH, "job": 5042, "more": {}}
    sequence = number_in(request.GET, "event")
    job = job_id(request.GET.get("job", ""))
    if sequence is not None:
        initial |= queries.from_event(sequence)
    elif job is not None:
        initial |= queries.from_job(job)
    callback = request.GET.get("callback", "")
    if callback:
        initial["callback"] = callback
    if callback and sequence is None:
        initial |= _first_spec(callback, directories)
    more = json.dumps(initial["more"], indent=1) if initial["more"] else ""
    if initial["more"] is None or len(more) > LONGEST_MORE:
        more = ""
        messages.info(request, "The job's other fields are too long for this form.")
    return initial | {"more": more}


def _first_spec(callback: str, directories: tuple[Directory, ...]) -> dict[str, Any]:
    """An event that the callback's trigger asks for."""
    directory, _, file = callback.rpartition("/")
    found = next((each for each in directories if str(each.path) == directory), None)
    mapping = found.mapping(file) if found else None
    if mapping is None or mapping.trigger is None:
        return {}
    spec = mapping.trigger.specs[0]
    extra = "1" if spec.extra == "*" else spec.extra or ""
    return {"name": spec.name, "type": spec.type, "extra": extra}


def _address(given: QueryDict, sequence: int | None) -> str:
    """The address that shows the same form again, and what was fired."""
    pairs = [(name, given[name]) for name in _FORM if given.get(name)]
    if sequence is not None:
        pairs.append(("fired", str(sequence)))
    return f"{reverse('fire')}?{urlencode(pairs)}"
