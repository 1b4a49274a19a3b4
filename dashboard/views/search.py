"""The search of the top bar: straight to the only result, or a list of results."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.access import requires
from dashboard.forms.search import SearchForm
from dashboard.looks.addresses import runs_url
from dashboard.queries.search import Found
from dashboard.queries.search import search as find
from dashboard.store.configuration import directory_names
from dashboard.store.configuration.editing import catalog
from qubecb.conffile.names import name_fault
from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import parse

#: Configured callbacks that are listed.
_MOST = 20


@require_safe
@requires("viewer")
def search(request: HttpRequest) -> HttpResponse:
    """Go to the one thing that fits, else show everything that does."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = find(text) if text else Found()
    mapped = _mapped(text) if text else []
    if found.count + len(mapped) == 1:
        return redirect(_only(found, mapped))
    context = {
        "text": text,
        "search_text": text,
        "found": found,
        "callbacks": [
            *mapped,
            *(each for each in found.callbacks if each not in mapped),
        ],
        "trigger": _is_trigger(text),
    }
    return render(request, "search/page.html", context)


def _mapped(text: str) -> list[tuple[str, str]]:
    """Callbacks that are configured now, by a part of the file's name; a few."""
    wanted = text.lower()
    found = [
        (str(directory.path), mapping.file)
        for directory in catalog().directories
        for mapping in directory.mappings
        if wanted in mapping.file.lower() and name_fault(mapping.file) is None
    ]
    return list(dict.fromkeys(found))[:_MOST]


def _only(found: Found, mapped: list[tuple[str, str]]) -> str:
    """The address of the one thing that fits."""
    if found.jobs:
        return reverse("job", args=[found.jobs[0].pk])
    if found.runs:
        return reverse("run", args=[found.runs[0].pk])
    if found.events:
        return reverse("event", args=[found.events[0].pk])
    names = directory_names.configured()
    for directory, file in (mapped or found.callbacks)[:1]:
        if mapped and directory in names:
            return reverse("callback", args=[names[directory], file])
        return runs_url(callback=f"{directory}/{file}")
    return runs_url(trigger=found.triggers[0])


def _is_trigger(text: str) -> bool:
    """Whether the text is a trigger that can be explained."""
    try:
        parse(text)
    except TriggerSyntaxError:
        return False
    return True
