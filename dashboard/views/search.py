"""The search of the top bar: straight to what is meant, or a list of what may be meant."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dashboard.access import requires
from dashboard.forms.search import SearchForm
from dashboard.queries.search import Found
from dashboard.queries.search import search as find
from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import parse


@require_safe
@requires("viewer")
def search(request: HttpRequest) -> HttpResponse:
    """Go to the one thing that fits, else show everything that does."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = find(text) if text else Found()
    if found.count == 1:
        if found.jobs:
            return redirect("job", found.jobs[0].pk)
        if found.runs:
            return redirect("run", found.runs[0].pk)
        if found.events:
            return redirect("event", found.events[0].pk)
    context = {
        "text": text,
        "search_text": text,
        "found": found,
        "trigger": _is_trigger(text),
    }
    return render(request, "search/page.html", context)


def _is_trigger(text: str) -> bool:
    """Whether the text is a trigger, whose meaning can be told."""
    try:
        parse(text)
    except TriggerSyntaxError:
        return False
    return True
