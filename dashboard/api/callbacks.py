"""The callbacks as they are configured, and the checker."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Router, Schema

from dashboard.api.bodies import directory_in, edit_in, only_members
from dashboard.api.body import read_object
from dashboard.api.callers import Bearer, caller_of
from dashboard.api.schemas import READING, SENDING, InDirectory, one_of, takes
from dashboard.store.configuration import directory_names, pauses
from dashboard.store.configuration.checking import checked
from dashboard.store.configuration.site import qb_conf
from dashboard.store.rows.job_ids import known_among
from qubecb.conffile.catalog import DirectoryMapping
from qubecb.conffile.document import shown
from qubecb.dispatch.ports.configuration import MappingKey, Pause
from qubecb.lint import Finding, check_directory, check_text

router = Router(tags=["callbacks"])
_CHECK = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "directory": one_of(
            "callback-directory",
            "One callback directory, by its path or name; all of them if left out.",
        ),
        "config": {
            "type": ["string", "null"],
            "description": "A callbacks.conf that is not saved; needs the right editor.",
        },
    },
}


class FindingOut(Schema):
    """One message of the checker."""

    code: str
    severity: str
    file: str
    line: int | None
    column: int | None
    end_column: int | None
    message: str
    hint: str
    fix: dict[str, Any] | None


class FindingsOut(Schema):
    """What the checker says."""

    findings: list[FindingOut]


class CallbackOut(InDirectory):
    """A mapping."""

    file: str
    language: str | None
    trigger: str
    line: int
    paused: bool
    findings: list[FindingOut]


class CallbacksOut(Schema):
    """Every mapping of every callback directory."""

    items: list[CallbackOut]


@router.get(
    "/callbacks",
    auth=Bearer("viewer"),
    response={200: CallbacksOut, **READING},
    summary="Every mapping, with its findings",
)
def list_callbacks(request: HttpRequest) -> JsonResponse:
    """Gives the mappings as they count now, in order."""
    seen, names = checked(), directory_names.names()
    findings = _by_line(seen.findings)
    stopped = pauses.in_force()
    items = [
        _callback(mapping, names, findings.get((config, mapping.line), []), stopped)
        for directory in seen.catalog.directories
        for config in (str(directory.config_path),)
        for mapping in directory.mappings
    ]
    return JsonResponse({"items": items})


@router.post(
    "/check",
    auth=Bearer("viewer"),
    response={200: FindingsOut, **SENDING},
    openapi_extra=takes(_CHECK, required=False),
    summary="Check a configuration",
)
def check(request: HttpRequest) -> JsonResponse:
    """Gives what the checker says of what is saved, or of a text that is not saved yet."""
    body = read_object(request)
    only_members(body, "directory", "config")
    directory = directory_in(body)
    edit = edit_in(body, caller_of(request))
    if edit is not None:
        findings = check_text(edit.config, edit.directory, qb_conf(), known_among)
    elif directory is not None:
        findings = check_directory(directory, qb_conf(), known_among)
    else:
        findings = list(checked().findings)
    return JsonResponse({"findings": [each.as_dict() for each in findings]})


def _by_line(
    findings: Sequence[Finding],
) -> dict[tuple[str, int | None], list[Finding]]:
    found: dict[tuple[str, int | None], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.file, finding.line), []).append(finding)
    return found


def _callback(
    mapping: DirectoryMapping,
    names: dict[str, str],
    findings: list[Finding],
    stopped: list[Pause],
) -> dict[str, Any]:
    key = MappingKey(str(mapping.directory), mapping.file)
    return {
        "directory": key.directory,
        "directory_name": names.get(key.directory),
        "file": shown(key.file),
        "language": mapping.language,
        "trigger": shown(mapping.trigger_text),
        "line": mapping.line,
        "paused": any(pause.covers(key, time.time()) for pause in stopped),
        "findings": [each.as_dict() for each in findings],
    }
