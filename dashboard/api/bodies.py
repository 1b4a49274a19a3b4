"""Fields of bodies that several calls take: event, attached job, configuration."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from dashboard.api.callers import Caller
from dashboard.api.problems import BadInput, BadMember, Refused
from dashboard.forms.fields import MomentField
from dashboard.forms.spans import span_of
from dashboard.store.configuration import directory_names
from dashboard.store.configuration.observing import catalog
from dashboard.store.configuration.site import directories
from dashboard.store.dispatch.situations import Edit
from dashboard.store.jobs.reading import jobs_by_id
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.errors import InvalidEvent
from qubecb.events import Event, parse_event
from qubecb.jobs import Job
from qubecb.jobs.ids import job_id

_READ_ONLY = (
    "The service runs with QUBECB_READ_ONLY: nobody can change mappings through it, or try"
    " those that are not saved."
)


#: How moments are written.
TIME = "`7d`, `12h`, or ISO 8601."
UNTIL = {"type": ["string", "null"], "description": f"{TIME} Now, if left out."}


def only_members(body: dict[str, Any], *known: str) -> None:
    """Raise BadInput when the body has other fields than these."""
    unknown = [key for key in body if key not in known]
    if unknown:
        known_text = ", ".join(known)
        raise BadInput(
            [
                BadMember(key[:100], f"is not a member; known: {known_text}")
                for key in unknown
            ]
        )


def event_in(body: dict[str, Any]) -> Event:
    """Read `event`."""
    if "event" not in body:
        raise BadInput([BadMember("event", "is missing")])
    try:
        return parse_event(body["event"], time.time())
    except InvalidEvent as error:
        raise _below("event", error) from None


def attached_in(body: dict[str, Any]) -> Job | None:
    """Read `attached`: a job, or the id of one that is stored."""
    value = body.get("attached")
    if value is None:
        return None
    identity = job_id(value)
    if identity is not None:
        known = jobs_by_id([identity]).get(identity)
        if known is None:
            raise BadInput([BadMember("attached", f"job {identity} is not known here")])
        return known.job
    try:
        return Job.from_dict(value, "attached")
    except InvalidEvent as error:
        raise _below("", error) from None


def directory_in(body: dict[str, Any]) -> Path | None:
    """Read `directory`, one of the configured callback directories: its path or its name."""
    value = body.get("directory")
    if value is None:
        return None
    names = directory_names.configured()
    path = directory_names.path_of(value) if isinstance(value, str) else ""
    if path not in names:
        told = ", ".join(f"{path} ({name})" for path, name in names.items())
        message = f"must be the path or the name of a callback directory: {told}"
        raise BadInput([BadMember("directory", message)])
    return Path(path)


def edit_in(body: dict[str, Any], caller: Caller) -> Edit | None:
    """Read `config`, a callbacks.conf that is not saved; asks for the right to edit.

    Raises Refused (403) also where QUBECB_READ_ONLY takes that right from everybody.
    """
    value = body.get("config")
    if value is None:
        return None
    caller.require("editor", "Sending config")
    if settings.READ_ONLY:
        raise Refused(403, _READ_ONLY)
    if not isinstance(value, str):
        raise BadInput([BadMember("config", "must be text")])
    try:
        config = value.encode()
    except UnicodeEncodeError:
        raise BadInput(
            [BadMember("config", "contains half a surrogate pair")]
        ) from None
    known = directories()
    if not known:
        raise Refused(409, "No callback directory is configured.")
    return Edit(directory_in(body) or known[0], config)


def callback_in(body: dict[str, Any], edit: Edit | None) -> MappingKey | None:
    """Read `callback`: the file of one mapping, in `directory` or wherever it is first."""
    value = body.get("callback")
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        raise BadInput([BadMember("callback", "must be the file of a mapping")])
    if edit is not None:
        return MappingKey(str(edit.directory), value)
    wanted = directory_in(body)
    for directory in catalog().directories:
        if wanted in (None, directory.path) and directory.mapping(value):
            return MappingKey(str(directory.path), value)
    raise BadInput([BadMember("callback", "is not the file of a mapping")])


def span_in(body: dict[str, Any]) -> tuple[datetime, datetime]:
    """Read `since` and `until`, a span of the past."""
    since, until = (_moment(body, name) for name in ("since", "until"))
    try:
        return span_of(since, until)
    except ValueError:
        raise BadInput([BadMember("since", "must be before `until`")]) from None


def _moment(body: dict[str, Any], name: str) -> datetime | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise BadInput([BadMember(name, f"must be text: {TIME}")])
    try:
        return MomentField().to_python(value)
    except ValidationError as error:
        raise BadInput([BadMember(name, " ".join(error.messages))]) from None


def _below(path: str, error: InvalidEvent) -> BadInput:
    return BadInput(
        [
            BadMember(".".join(part for part in (path, p.path) if part), p.message)
            for p in error.problems
        ]
    )
