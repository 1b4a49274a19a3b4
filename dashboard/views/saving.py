"""Saving an edit: what it changes, why, and what to do when somebody else was faster."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from dashboard.access import by, requires
from dashboard.editing.drafts import Draft
from dashboard.editing.steps import Step, settle
from dashboard.forms.configuration import ReasonForm
from dashboard.queries import configuration as queries
from dashboard.queries.callbacks import printable
from dashboard.store.configuration import editing as configuration
from dashboard.store.past.backtest_questions import standing
from dashboard.views import backtests
from dashboard.views.configuration import (
    EDITABLE,
    FINDINGS,
    TOO_LARGE,
    editable,
    posted,
    posted_draft,
    read_draft,
    severity_counts,
    workspace,
)
from dashboard.views.directories import Place, place_named
from dashboard.views.returning import only_posted
from qubecb.conffile.changes import summary
from qubecb.conffile.merging import Choice, Merge, merge
from qubecb.errors import ConfigurationError, ConflictingEdit
from qubecb.lint import Finding

_CHOICES = ("mine", "theirs", "both")


@requires("editor")
@only_posted("configuration", "directory")
@editable
def review(request: HttpRequest, directory: str) -> HttpResponse:
    """What an edit changes, before it is saved."""
    here = place_named(directory)
    step = settle(posted(request, here))
    if step.draft.too_large:
        return _too_large(request, here, step.draft)
    if step.refused:
        return workspace(request, here, step)
    absent = configuration.look(here.path).absence is not None
    if not (step.draft.changed or absent):
        messages.info(request, "Nothing was changed, so there is nothing to save.")
        return redirect("configuration", directory)
    return reviewed(request, here, step.draft)


def _too_large(request: HttpRequest, here: Place, draft: Draft) -> HttpResponse:
    return workspace(request, here, Step(draft, None, TOO_LARGE, refused=True))


def reviewed(
    request: HttpRequest,
    here: Place,
    draft: Draft,
    form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page that shows an edit as a whole, with the button that saves it."""
    findings = _findings(draft)
    counts = severity_counts(findings)
    seen = configuration.look(here.path)
    absent = seen.absence is not None
    context = {
        "here": here,
        "seen": seen,
        "draft": draft,
        "changes": draft.changes,
        "idle": draft.idle,
        "found": findings[:FINDINGS],
        "counts": counts,
        "new_errors": _new_errors(draft, findings),
        "form": form
        or ReasonForm(
            errors=counts["error"], absent=absent, initial={"reason": _reason(draft)}
        ),
        **backtests.context_of(here, standing(str(here.path), draft.data)),
    }
    return render(request, "configuration/review.html", context, status=status)


@requires("editor")
@only_posted("configuration", "directory")
@editable
def save(request: HttpRequest, directory: str) -> HttpResponse:
    """Save an edit over the file that it was made from, and nothing else."""
    here = place_named(directory)
    draft = posted_draft(request, here)
    if draft.too_large:
        return _too_large(request, here, draft)
    errors = severity_counts(_findings(draft))["error"]
    seen = configuration.look(here.path)
    absent = seen.absence is not None
    form = ReasonForm(request.POST, errors, absent)
    valid = form.is_valid()
    if seen.found.trouble not in EDITABLE:
        form.add_error(None, f"Nothing was saved: {seen.found.error}.")
        return reviewed(request, here, draft, form, status=409)
    if not backtests.may_save(request, here, draft):
        form.add_error(None, backtests.WORD)
        valid = False
    if not valid:
        return reviewed(request, here, draft, form, status=409 if absent else 200)
    return _save(request, here, draft, form, absent)


def _save(
    request: HttpRequest, here: Place, draft: Draft, form: ReasonForm, absent: bool
) -> HttpResponse:
    """Save over the base of the edit or, if the file was missing, over what is there now."""
    reason = form.cleaned_data["reason"]
    expected = request.POST.get("found" if absent else "base", "")
    try:
        revision = configuration.save(
            here.path, draft.data, expected, by(request), reason, though_absent=absent
        )
    except ConflictingEdit as error:
        return conflict(request, here, draft, error.found)
    except ConfigurationError as error:
        form.add_error(None, str(error))
        return reviewed(request, here, draft, form, status=409)
    backtests.keep(request, revision)
    messages.success(request, f"Saved as revision {revision.number}.")
    # tells the browser that the edit which it keeps is done with (workspace.js)
    return redirect(f"{reverse('configuration', args=[here.name])}#saved")


def conflict(
    request: HttpRequest, here: Place, draft: Draft, found: bytes
) -> HttpResponse:
    """Both versions, and how to merge them. Nothing was saved, nothing is lost."""
    theirs = configuration.observe(here.path)
    if theirs is None or bytes(theirs.content) != found:
        theirs = queries.revision_with(
            here.path, Draft.of(here.path, found).base_sha256
        )
    merged = merge(draft.base, draft.data, found)
    context: dict[str, Any] = {
        "here": here,
        "draft": draft,
        "theirs": theirs,
        "theirs_sha256": Draft.of(here.path, found).base_sha256,
        "theirs_text": queries.text_from(found),
        "conflicts": list(enumerate(_shown_conflicts(merged))),
    }
    if not merged.conflicts:
        context["merged_text"] = queries.text_from(merged.resolved())
    return render(request, "configuration/conflict.html", context, status=409)


def _shown_conflicts(merged: Merge) -> list[dict[str, Any]]:
    return [
        {
            "line": each.line,
            "mine": queries.text_from(b"".join(each.mine)),
            "theirs": queries.text_from(b"".join(each.theirs)),
        }
        for each in merged.conflicts
    ]


@requires("editor")
@only_posted("configuration", "directory")
@editable
def bring_together(request: HttpRequest, directory: str) -> HttpResponse:
    """Merge two edits by a person's choices, and review the result."""
    here = place_named(directory)
    draft = posted_draft(request, here)
    sha256 = request.POST.get("theirs", "").replace("\0", "")
    theirs = queries.revision_with(here.path, sha256) or configuration.observe(
        here.path
    )
    found = bytes(theirs.content) if theirs else b""
    merged = merge(draft.base, draft.data, found)
    choices = [
        request.POST.get(f"choice-{at}", "") for at in range(len(merged.conflicts))
    ]
    if not set(choices) <= set(_CHOICES):
        messages.warning(request, "Choose for each place whose lines to keep.")
        return conflict(request, here, draft, found)
    together = merged.resolved(cast(list[Choice], choices))
    edit = read_draft(here, theirs, queries.text_from(together))
    if not edit.changed:
        messages.info(
            request,
            "Nothing is left to save: the file already has all of these changes.",
        )
        return redirect("configuration", directory)
    return reviewed(request, here, edit)


def _findings(draft: Draft) -> list[Finding]:
    found = draft.findings(configuration.qb_conf())
    return [printable(finding) for finding in found]


def _new_errors(draft: Draft, findings: list[Finding]) -> int:
    """How many errors were not there before the edit."""
    before = _findings(Draft.of(draft.directory, draft.base))
    errors = [
        Counter((f.code, f.message) for f in each if f.severity == "error")
        for each in (findings, before)
    ]
    return (errors[0] - errors[1]).total()


def _reason(draft: Draft) -> str:
    """A proposed reason: what the edit does."""
    if not draft.changed:
        return "Put back what is in force"
    lines = draft.changed_lines
    about_text = f"Comments and blanks: {lines} line{'' if lines == 1 else 's'}"
    return summary(draft.changes) or about_text
