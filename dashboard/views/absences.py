"""Decisions of a person: a callbacks.conf is empty on purpose, a loss is acknowledged."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dashboard.access import by, requires
from dashboard.forms.revisions import EmptyForm
from dashboard.models.configuration import meaning_of
from dashboard.queries.absences import loss_of
from dashboard.store.configuration import editing as configuration
from dashboard.views.directories import Place, place_named
from dashboard.views.returning import only_posted
from qubecb.conffile.changes import changes
from qubecb.errors import ConfigurationError


@requires("editor")
def declare_empty(request: HttpRequest, directory: str) -> HttpResponse:
    """Show what will no longer run; then declare the directory empty.

    Allowed with QUBECB_READ_ONLY too: the file is not touched, and somebody must decide.
    """
    here = place_named(directory)
    seen = configuration.look(here.path)
    if seen.absence is None:
        messages.info(request, "callbacks.conf is back and is read again.")
        return redirect("configuration", directory)
    form = EmptyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _declare_empty(request, here, form.cleaned_data["reason"])
    context = {
        "here": here,
        "seen": seen,
        "form": form,
        "changes": changes(meaning_of(seen.newest), []),
    }
    return render(request, "configuration/empty.html", context)


def _declare_empty(request: HttpRequest, here: Place, reason: str) -> HttpResponse:
    try:
        revision = configuration.declare_empty(here.path, by(request), reason)
    except ConfigurationError as error:
        messages.warning(request, f"{error}.")
    else:
        messages.success(
            request, f"Nothing is mapped here now: that is revision {revision.number}."
        )
    return redirect("configuration", here.name)


@requires("operator")
@only_posted("configuration", "directory")
def acknowledge_loss(request: HttpRequest, directory: str) -> HttpResponse:
    """Acknowledge that a file lost these mappings, so it is no longer reported."""
    here = place_named(directory)
    loss = loss_of(here.path)
    if loss is not None:
        configuration.acknowledge_loss(loss, by(request))
        messages.success(request, "The lost mappings are no longer reported.")
    return redirect("configuration", directory)
