"""Asking what would fire, and firing on purpose."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Router, Schema
from pydantic import Field

from dashboard.api.bodies import (
    attached_in,
    callback_in,
    edit_in,
    event_in,
    only_members,
)
from dashboard.api.body import read_object
from dashboard.api.callers import Bearer, Caller, caller_of
from dashboard.api.problems import BadInput, BadMember
from dashboard.api.schemas import EVENT, SENDING, InDirectory, one_of, takes
from dashboard.queries import api as queries
from dashboard.queries.configuration import numbers_of
from dashboard.store.acts import firing
from dashboard.store.acts.firing import Shot
from dashboard.store.configuration import directory_names
from dashboard.store.dispatch.situations import Verdicts
from qubecb.jobs.ids import JobId

router = Router(tags=["test fire"])
#: Seconds that a live fire waits for the dispatcher, to answer with the runs.
PATIENCE = 2.0
_RUNGS = ("match", "simulate", "live")
_TARGET = {
    "event": EVENT,
    "config": {
        "type": ["string", "null"],
        "description": "A callbacks.conf that is not saved; needs the right editor.",
    },
    "directory": one_of(
        "callback-directory",
        "The callback directory of `config` or `callback`, by its path or name.",
    ),
    "callback": one_of("mapped-file", "The file of the one mapping meant."),
}
_MATCH = {
    "type": "object",
    "required": ["event"],
    "additionalProperties": False,
    "properties": {
        **_TARGET,
        "attached": {
            "type": ["object", "integer", "string", "null"],
            "description": "The job whose callbacks are asked about, or its id; the"
            " event's own job if left out.",
        },
    },
}
_FIRE = {
    "type": "object",
    "required": ["rung", "event"],
    "additionalProperties": False,
    "properties": {
        "rung": {"type": "string", "enum": list(_RUNGS)},
        **_TARGET,
    },
}


class SpecOut(Schema):
    """One event spec of a trigger, and why it is satisfied or not."""

    spec: str
    verdict: str = Field(description="satisfied, remembered or unsatisfied")
    reason: str
    code: str | None = Field(description="Why it is not satisfied, as `POST /api/why`.")


class MatchOut(InDirectory):
    """The verdict of one mapping on the event for one job."""

    file: str
    trigger: str
    fires: bool
    specs: list[SpecOut]
    reason: str
    line: int
    suppressed: str
    code: str | None = Field(
        description="Why it does not fire, as `POST /api/why`; null: it fires."
    )
    job: JobId
    revision: int | None
    revision_number: int | None


class MatchesOut(Schema):
    """Verdicts."""

    matches: list[MatchOut]
    not_looked_at: int = Field(
        description="Attached jobs that the event may concern, and that were not looked at:"
        " all but the newest of them. A live event concerns them, too."
    )


class FiredOut(MatchesOut):
    """Verdicts, and the runs that are queued."""

    runs: list[str]
    event: str | None = Field(description="The id of the event that was sent, if any.")


@router.post(
    "/match",
    auth=Bearer("viewer"),
    response={200: MatchesOut, **SENDING},
    openapi_extra=takes(_MATCH),
    summary="What would fire, and why the rest would not",
)
def match(request: HttpRequest) -> JsonResponse:
    """Judges every mapping for an event; nothing is run and nothing is stored."""
    body = read_object(request)
    only_members(body, *_TARGET, "attached")
    edit = edit_in(body, caller_of(request))
    shot = Shot(
        event_in(body), attached_in(body), edit=edit, only=callback_in(body, edit)
    )
    return JsonResponse(_shown(firing.match(shot)))


@router.post(
    "/fire",
    auth=Bearer("operator"),
    response={200: FiredOut, **SENDING},
    openapi_extra=takes(_FIRE),
    summary="Send an event on purpose",
)
def fire(request: HttpRequest) -> JsonResponse:
    """Fires on one of three rungs.

    `match` runs nothing. `simulate` runs the scripts for real, and only notes what they ask
    of the farm; files, network and mail that a script opens by itself are real. `live` sends
    the event like any other, to every mapping or to the one of `callback`.
    """
    body = read_object(request)
    only_members(body, *_TARGET, "rung")
    caller = caller_of(request)
    rung = body.get("rung")
    if rung not in _RUNGS:
        raise BadInput([BadMember("rung", f"must be one of {', '.join(_RUNGS)}")])
    edit = edit_in(body, caller)
    if edit is not None and rung == "live":
        raise BadInput([BadMember("config", "cannot be fired live; save it first")])
    shot = Shot(event_in(body), edit=edit, only=callback_in(body, edit))
    return JsonResponse(_fired(rung, shot, caller))


def _fired(rung: str, shot: Shot, caller: Caller) -> dict[str, Any]:
    if rung == "simulate":
        done = firing.simulate(shot, caller.by)
        runs = [str(run) for run in done.runs]
        return {**_shown(done.matches), "runs": runs, "event": done.event}
    found = _shown(firing.match(shot))
    if rung == "match":
        return {**found, "runs": [], "event": None}
    (event,) = firing.live(shot, caller.by).ids
    return {**found, "runs": _runs_of(event), "event": event}


def _runs_of(event: str) -> list[str]:
    """The runs that the event caused, as soon as it is dispatched; none after `PATIENCE`."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = queries.event(event)
        if found and (found["planned_at"] or found["set_aside_at"]):
            runs: list[str] = found["runs"]
            return runs
        time.sleep(0.02)  # the dispatcher is another process
    return []


def _shown(found: Verdicts) -> dict[str, Any]:
    numbers = numbers_of(each.revision for each in found)
    names = directory_names.names()
    matches = [
        {
            **each.match.as_dict(),
            "directory_name": names.get(str(each.match.directory)),
            "job": each.job.id,
            "revision": each.revision,
            "revision_number": numbers.get(each.revision or 0),
        }
        for each in found
    ]
    return {"matches": matches, "not_looked_at": found.left_out}
