"""Revisions: who changed what and why; each with its differences; rolling back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dashboard.access import by, requires
from dashboard.editing.drafts import Draft
from dashboard.forms.fields import PagingForm
from dashboard.forms.revisions import RollBackForm
from dashboard.looks.addresses import page_urls
from dashboard.models import Revision
from dashboard.models.configuration import meaning_of
from dashboard.queries import configuration as queries
from dashboard.queries.callbacks import printable
from dashboard.queries.expected import expected
from dashboard.store.configuration import editing as configuration
from dashboard.store.past.backtest_questions import kept_with, standing
from dashboard.views import backtests
from dashboard.views.configuration import FINDINGS, editable, may_edit, severity_counts
from dashboard.views.directories import Place, place_named
from qubecb.conffile.changes import changes
from qubecb.errors import ConfigurationError, ConflictingEdit


@require_safe
@requires("viewer")
def revisions(request: HttpRequest, directory: str) -> HttpResponse:
    """Every recorded revision of a directory's callbacks.conf, newest first."""
    here = place_named(directory)
    newest = configuration.observe(here.path)
    keys = PagingForm(request.GET).keys()
    rows, found = queries.history(here.path, keys["before"], keys["after"])
    context = {
        "here": here,
        "rows": rows,
        "newest": newest,
        "may_edit": may_edit(request, here),
        **page_urls(request, found.newer, found.older),
    }
    return render(request, "configuration/revisions.html", context)


@require_safe
@requires("viewer")
def revision(request: HttpRequest, directory: str, identity: int) -> HttpResponse:
    """One revision: what it changed, or how it differs from what is in force now."""
    here = place_named(directory)
    found = _revision(here, identity)
    current = configuration.current_revision(here.path)
    to_current = request.GET.get("to") == "current"
    old, new = (found, current) if to_current else (queries.before(found), found)
    backtest = kept_with(found)
    context = {
        "here": here,
        "revision": found,
        "backtest": backtest,
        "expected": expected(found, backtest) if backtest else [],
        "current": current,
        "is_current": current is not None and current.pk == found.pk,
        "to_current": to_current,
        "revision_text": queries.text_of(found),
        "in_force": current is not None and current.sha256 == found.sha256,
        "may_edit": may_edit(request, here),
        **_compared(old, new),
    }
    return render(request, "configuration/revision.html", context)


@requires("editor")
@editable
def roll_back(request: HttpRequest, directory: str, identity: int) -> HttpResponse:
    """Show what going back would change; then save the old bytes as a new revision."""
    here = place_named(directory)
    found, current = _revision(here, identity), configuration.observe(here.path)
    seen = configuration.look(here.path)
    form = RollBackForm(
        request.POST if request.method == "POST" else None,
        seen.absence is not None,
        initial={"reason": f"Roll back to revision {found.number}"},
    )
    if request.method == "POST" and form.is_valid():
        done = _roll_back(request, here, found, form)
        if done is not None:
            return done
        current = configuration.observe(here.path)
        seen = configuration.look(here.path)
    draft = Draft.of(here.path, bytes(found.content))
    findings = [printable(each) for each in draft.findings(configuration.qb_conf())]
    context = {
        "here": here,
        "revision": found,
        "current": current,
        "seen": seen,
        "base": seen.found.revision if seen.absence else current and current.sha256,
        "form": form,
        "found": list(enumerate(findings[:FINDINGS])),
        **backtests.context_of(here, standing(str(here.path), draft.data)),
        "counts": severity_counts(findings),
        **_compared(current, found),
    }
    status = 409 if form.errors else 200
    return render(request, "configuration/roll_back.html", context, status=status)


def _roll_back(
    request: HttpRequest, here: Place, found: Revision, form: RollBackForm
) -> HttpResponse | None:
    """Do it; None when it could not be done, with why in the form."""
    if not backtests.may_save(request, here, Draft.of(here.path, bytes(found.content))):
        form.add_error(None, backtests.WORD)
        return None
    reason, expected = form.cleaned_data["reason"], request.POST.get("base", "")
    absent = form.cleaned_data["though_absent"]
    try:
        new = configuration.roll_back(
            found, by(request), reason, expected, though_absent=absent
        )
    except ConflictingEdit:
        form.add_error(
            None,
            "Somebody changed the file meanwhile, so nothing was done. What you see now "
            "is what going back would change of theirs.",
        )
        return None
    except ConfigurationError as error:
        form.add_error(None, str(error))
        return None
    backtests.keep(request, new)
    messages.success(
        request, f"Revision {found.number} is in force again, as {new.number}."
    )
    return redirect("configuration", here.name)


def _revision(here: Place, identity: int) -> Revision:
    found = queries.get_revision(here.path, identity)
    if found is None:
        raise Http404(f"There is no revision {identity} of {here.shown}.")
    return found


def _compared(old: Revision | None, new: Revision | None) -> dict[str, Any]:
    """Two revisions: their texts, and what is different for the dispatcher."""
    texts = queries.text_of(old), queries.text_of(new)
    same_bytes = old is not None and new is not None and old.sha256 == new.sha256
    return {
        "old": old,
        "new": new,
        "old_text": texts[0],
        "new_text": texts[1],
        "changes": changes(meaning_of(old), meaning_of(new)),
        "idle": queries.idle_between(old, new),
        "same": same_bytes,
        "only_bytes": texts[0] == texts[1] and not same_bytes and old is not None,
    }
