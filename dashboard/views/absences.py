"""What only a person can say: that a callbacks.conf is empty on purpose, that a loss is known."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dashboard.access import by, requires
from dashboard.forms.revisions import EmptyForm
from dashboard.models.configuration import meaning_of
from dashboard.queries.absences import loss_of
from dashboard.store import configuration
from dashboard.views.directories import Place, place_named
from dashboard.views.returning import only_posted
from qubecb.conffile.changes import changes
from qubecb.errors import ConfigurationError


@requires("editor")
def declare_empty(request: HttpRequest, directory: str) -> HttpResponse:
    """Say what will no longer run; then let the directory map nothing.

    Also where QUBECB_READ_ONLY holds: the file is not touched, and somebody has to say it.
    """
    here = place_named(directory)
    seen = configuration.look(here.path)
    if seen.absence is None:
        messages.info(request, "callbacks.conf is back and is followed again.")
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
            request, f"Nothing is mapped here any more, by revision {revision.number}."
        )
    return redirect("configuration", here.name)


@requires("operator")
@only_posted("configuration", "directory")
def acknowledge_loss(request: HttpRequest, directory: str) -> HttpResponse:
    """A person knows that a file lost these mappings: nothing reports it any more."""
    here = place_named(directory)
    loss = loss_of(here.path)
    if loss is not None:
        configuration.acknowledge_loss(loss, by(request))
        messages.success(request, "The lost mappings are no longer reported.")
    return redirect("configuration", directory)
