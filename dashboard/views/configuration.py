"""Configuration: one callbacks.conf as text and as forms, both the same edit."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.access import can, requires
from dashboard.editing.drafts import MOST_LINES, Draft
from dashboard.editing.mappings import differs
from dashboard.editing.steps import Step, Typed, new_mapping, take
from dashboard.forms.builder import BuilderForm, parts_of
from dashboard.forms.configuration import MappingForm
from dashboard.htmx import page, wants_fragment
from dashboard.models import Revision
from dashboard.models.configuration import meaning_of
from dashboard.queries import configuration as queries
from dashboard.queries.absences import loss_of
from dashboard.queries.callbacks import printable
from dashboard.store.configuration import editing as configuration
from dashboard.views.configuration_rows import mapping_rows
from dashboard.views.directories import Place, place_named, places
from dashboard.views.numbers import number_in
from dashboard.views.returning import only_posted
from qubecb.conffile.catalog import Directory, load_directory
from qubecb.conffile.names import name_fault
from qubecb.lint import Finding

P = ParamSpec("P")
#: What is wrong with a directory where its callbacks.conf can be written all the same.
EDITABLE = ("", "no-config", "undecodable", "emptied")
#: So much of a long file stands in the list beside it.
_ROWS, FINDINGS = 200, 100
#: So many findings are marked in the text.
_MARKED = 1_000


def editable(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Guard what changes mappings: answers 403 where QUBECB_READ_ONLY forbids it."""

    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if settings.READ_ONLY:
            return render(request, "configuration/read_only.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@requires("viewer")
def first(request: HttpRequest) -> HttpResponse:
    """The configuration of the first directory."""
    return redirect("configuration", places()[0].name)


@require_safe
@requires("viewer")
def show(request: HttpRequest, directory: str) -> HttpResponse:
    """The file as it is, editable with the right; `edit` or `add` opens a form."""
    here = place_named(directory)
    draft = read_draft(here, configuration.observe(here.path))
    if not may_edit(request, here):
        return workspace(request, here, Step(draft))
    return workspace(request, here, Step(draft, _asked_for(request, draft)))


@require_safe
@requires("viewer")
def standing(request: HttpRequest, directory: str) -> HttpResponse:
    """The revision in force; with its text, if the open page has another one."""
    here = place_named(directory)
    newest = configuration.observe(here.path)
    newer = newest is not None and newest.sha256 != request.GET.get("base")
    context = {
        "here": here,
        "newest": newest,
        "newer": newer,
        "newer_text": queries.text_of(newest) if newer else "",
        "may_edit": True,
        "path": f"{here.shown}/callbacks.conf",
    }
    return render(request, "configuration/_standing.html", context)


@requires("editor")
@only_posted("configuration", "directory")
@editable
def edit(request: HttpRequest, directory: str) -> HttpResponse:
    """One step of an edit: typing, a form's fields, a fix. Nothing is saved."""
    here = place_named(directory)
    name, _, argument = request.POST.get("do", "look").partition(":")
    typed = posted(request, here, argument)
    if typed.draft.too_large and name != "reset":
        return workspace(request, here, Step(typed.draft, remark=TOO_LARGE))
    return workspace(request, here, take(name, typed))


@requires("editor")
@only_posted("configuration", "directory")
@editable
def meaning(request: HttpRequest, directory: str) -> HttpResponse:
    """The meaning of the trigger that is being typed."""
    text = request.POST.get("mapping-trigger", "")
    context = {
        "here": place_named(directory),
        "trigger": text,
        "parts": parts_of(text),
        "build": BuilderForm.typed(request.POST),
        "oob": True,
    }
    return render(request, "configuration/_typing.html", context)


TOO_LARGE = (
    f"This is more than can be edited here: {MOST_LINES:,} lines and 1 MiB at most."
)


def may_edit(
    request: HttpRequest, here: Place, directory: Directory | None = None
) -> bool:
    """Whether the file can be changed here, by this person, now.

    Takes the directory as it is on disk, if it was read already.
    """
    if settings.READ_ONLY or not can(request.user, "editor"):
        return False
    # an edit in progress is kept even if the directory is gone
    editing = request.method == "POST"
    found = directory or load_directory(here.path)
    return editing or (found.trouble in EDITABLE and not found.elsewhere)


def read_draft(
    here: Place, revision: Revision | None, text: str | None = None
) -> Draft:
    """An edit that begins with a revision; without one, with an empty file."""
    base = bytes(revision.content) if revision else b""
    return Draft.of(here.path, base, text, meaning_of(revision))


def posted_draft(request: HttpRequest, here: Place) -> Draft:
    """The edit that came with a form. If its base is no longer stored, it counts as an edit of the
    present file.
    """
    text = request.POST.get("text", "")
    sha256 = request.POST.get("base", "").replace("\0", "")
    base = queries.revision_with(here.path, sha256)
    return read_draft(here, base or configuration.observe(here.path), text)


def posted(request: HttpRequest, here: Place, argument: str = "") -> Typed:
    """Everything that came with a step."""
    draft = posted_draft(request, here)
    return Typed(draft, request.POST, configuration.qb_conf(), argument)


def _asked_for(request: HttpRequest, draft: Draft) -> MappingForm | None:
    """The form that the address asks for: `edit=LINE`, or `add=FILE&trigger=TRIGGER`.

    With `edit`, `file` says what is mapped there: the line may have moved since; and `also`
    is joined to its trigger.
    """
    scripts, line = draft.loaded.scripts, number_in(request.GET, "edit")
    if line is not None:
        known = {each.line: each.file for each in draft.loaded.mappings}
        file = request.GET.get("file") or known.get(line, "")
        mapping = draft.locate(file, line)
        also = request.GET.get("also", "")
        return MappingForm.of(mapping, scripts, also) if mapping else None
    if "add" not in request.GET:
        return None
    file = request.GET["add"]
    named = file if name_fault(file) is None else ""
    return new_mapping(scripts, named, request.GET.get("trigger", ""))


def workspace(request: HttpRequest, here: Place, step: Step) -> HttpResponse:
    """The page of an edit, or only the part beside the text for htmx."""
    draft = step.draft
    seen = configuration.look(here.path)
    newest, directory = seen.newest, seen.as_it_counts
    found = [] if draft.too_large else draft.findings(configuration.qb_conf())
    findings = [printable(each) for each in found]
    editing = may_edit(request, here, directory)
    context: dict[str, Any] = {
        "here": here,
        "fragment": wants_fragment(request),
        "tabs": _tabs(here),
        "draft": draft,
        "form": step.form,
        "unapplied": step.form is not None and differs(step.form, draft),
        "build": step.build or BuilderForm(),
        "parts": parts_of(str(step.form["trigger"].value() or "")) if step.form else [],
        "remark": step.remark,
        "refused": step.refused,
        "text_rows": min(max(len(draft.document.lines) + 3, 12), 26),
        "typed": request.POST.get("text", "").replace("\r\n", "\n"),
        "may_edit": editing,
        "directory": directory,
        "absence": seen.absence,
        "loss": loss_of(here.path),
        "read_only": settings.READ_ONLY,
        "newest": newest,
        "overtaken": newest is not None and newest.sha256 != draft.base_sha256,
        **_checked(here, draft, findings),
    }
    part = "_side" if editing else "_reading"
    return page(
        request, "configuration/page.html", f"configuration/{part}.html", context
    )


def _checked(here: Place, draft: Draft, findings: list[Finding]) -> dict[str, Any]:
    """The mappings and the findings of an edit."""
    rows = [] if draft.too_large else mapping_rows(here, draft, findings, _ROWS)
    count = 0 if draft.too_large else len(draft.loaded.mappings)
    counts = severity_counts(findings)
    lined = [each for each in findings if each.line]
    return {
        "rows": rows,
        "row_count": count,
        "rows_left": count - len(rows),
        "found": findings[:FINDINGS],
        "found_left": max(0, len(findings) - FINDINGS),
        "lined": lined[:_MARKED],
        "marked": _MARKED if len(lined) > _MARKED else 0,
        "counts": counts,
        "annotations": json.dumps([_annotation(each) for each in lined[:_MARKED]]),
        "path": f"{here.shown}/callbacks.conf",
    }


def _annotation(finding: Finding) -> dict[str, Any]:
    """A finding for the editor's margin."""
    hint = f" {finding.hint}" if finding.hint else ""
    return {
        "row": (finding.line or 1) - 1,
        "column": (finding.column or 1) - 1,
        "end": (finding.end_column or finding.column or 1) - 1,
        "text": finding.message + hint,
        "type": finding.severity,
    }


def severity_counts(findings: Sequence[Finding]) -> dict[str, int]:
    """How many findings there are of each severity."""
    severities = [finding.severity for finding in findings]
    return {each: severities.count(each) for each in ("error", "warning", "info")}


def _tabs(here: Place) -> list[tuple[str, str, bool]]:
    return [
        (
            place.label,
            reverse("configuration", args=[place.name]),
            place.name == here.name,
        )
        for place in places()
    ]
