"""The intake of events, and one event with its runs.

A farm calls this hundreds of times a second, so no event is processed twice: one strict
reading of the JSON, one `parse_event` each, one durable transaction.
"""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from dashboard.api import answers
from dashboard.api.body import read_json
from dashboard.api.callers import Bearer, caller_of
from dashboard.api.problems import BadInput, BadMember, Detail, Refused
from dashboard.api.schemas import (
    EVENT,
    READING,
    SENDING,
    AcceptedOut,
    EventOut,
    takes,
)
from dashboard.queries import api as queries
from dashboard.store.intake.acceptance import accept
from qubecb.errors import InvalidEvent
from qubecb.events import MOST_EVENTS, Event, parse_event, too_many

router = Router(tags=["events"])
_MOST_PROBLEMS = 100
_EVENTS = {"type": "array", "items": EVENT, "maxItems": MOST_EVENTS}


@router.post(
    "/events",
    auth=Bearer("intake"),
    response={202: AcceptedOut, 429: Detail, **SENDING},
    openapi_extra=takes({"oneOf": [EVENT, _EVENTS]}),
    summary="Send one event or a list",
)
def send(request: HttpRequest) -> JsonResponse:
    """Takes one event or a list, which is accepted whole or not at all.

    The answer 202 means that the events are on disk and will be dispatched, whatever is
    killed when. 429 means that too many wait; come again after `Retry-After` seconds.
    """
    sent = read_json(request)
    events = events_of(sent if isinstance(sent, list) else [sent])
    accepted = accept(events, source="api", actor=caller_of(request).name)
    return JsonResponse(
        {
            "accepted": accepted.accepted,
            "duplicates": accepted.duplicates,
            "ids": accepted.ids,
        },
        status=202,
    )


@router.get(
    "/events/{path:event_id}",
    auth=Bearer("viewer"),
    response={200: EventOut, **READING},
    summary="One event and the runs it caused",
)
def show(request: HttpRequest, event_id: str) -> HttpResponse:
    """Gives an event by its id."""
    event = queries.event(event_id)
    if event is None:
        raise Refused(404, "There is no event with this id.")
    return answers.large(event)


def events_of(sent: list[Any]) -> list[Event]:
    """Read events; raises BadInput with every problem of every event, up to a bound."""
    if wrong := too_many(len(sent)):
        raise BadInput([BadMember("", wrong)])
    now = time.time()
    events: list[Event] = []
    problems: list[BadMember] = []
    for index, data in enumerate(sent):
        try:
            events.append(parse_event(data, now))
        except InvalidEvent as error:
            problems += [BadMember(p.path, p.message, index) for p in error.problems]
            if len(problems) >= _MOST_PROBLEMS:
                break
    if problems:
        raise BadInput(problems)
    return events
