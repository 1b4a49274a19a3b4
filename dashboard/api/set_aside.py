"""Events that could not be judged: which, and planning them again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from dashboard.api import answers
from dashboard.api.bodies import only_members
from dashboard.api.body import read_object
from dashboard.api.callers import Bearer, caller_of
from dashboard.api.problems import BadInput, BadMember
from dashboard.api.schemas import READING, SENDING, AgainOut, AsideOut, takes
from dashboard.queries import api as queries
from dashboard.store.acts.setting_aside import plan_again
from qubecb.events import LONGEST_ID
from qubecb.jobs.unstorable import unstorable

router = Router(tags=["events"])
_MOST = 1000
_EVENTS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "events": {
            "type": ["array", "null"],
            "items": {"type": "string", "minLength": 1, "maxLength": LONGEST_ID},
            "maxItems": _MOST,
            "description": "Their ids; every event that is set aside if left out.",
        }
    },
}


@router.get(
    "/set-aside",
    auth=Bearer("viewer"),
    response={200: AsideOut, **READING},
    summary="Events that could not be judged",
)
def list_set_aside(request: HttpRequest) -> HttpResponse:
    """Gives the events that are set aside, the oldest first: up to 1,000, or 16 MiB of jobs."""
    return answers.large({"items": queries.set_aside()})


@router.post(
    "/set-aside/plan-again",
    auth=Bearer("operator"),
    response={200: AgainOut, **SENDING},
    openapi_extra=takes(_EVENTS, required=False),
    summary="Plan events again that were set aside",
)
def again(request: HttpRequest) -> JsonResponse:
    """Lets events that are set aside be planned, each at its own place in the order.

    Gives the ids of those that were set aside; others are left alone.
    """
    body = read_object(request)
    only_members(body, "events")
    wanted = body.get("events")
    chosen = None if wanted is None else queries.sequences_of(_ids(wanted))
    done = plan_again(caller_of(request).by, chosen)
    ids = queries.event_ids(done)
    return JsonResponse({"events": [ids[each] for each in done]})


def _ids(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > _MOST:
        raise BadInput([BadMember("events", f"must be a list of {_MOST} ids at most")])
    wrong = [place for place, each in enumerate(value) if not _is_id(each)]
    if wrong:
        raise BadInput([BadMember(f"events.{n}", "must be an id") for n in wrong])
    return value


def _is_id(value: object) -> bool:
    if not isinstance(value, str) or unstorable(value, ""):
        return False
    return 0 < len(value) <= LONGEST_ID
