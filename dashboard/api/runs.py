"""Runs: the list with its filters, one run, its output, and running it again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from ninja import Router

from dashboard.api import parameters
from dashboard.api.bodies import only_members
from dashboard.api.body import read_object
from dashboard.api.callers import Bearer, caller_of
from dashboard.api.problems import BadInput, BadMember, Detail, Refused
from dashboard.api.run_schemas import (
    DISMISS,
    MOST_OFFSET,
    OUTPUT_PARAMETERS,
    OUTPUT_RESPONSE,
    REPLAY_PARAMETERS,
    RUN_PARAMETERS,
    DiscardOut,
    OneRunOut,
    ReplayOut,
    RunsOut,
)
from dashboard.api.schemas import READING, SENDING, takes
from dashboard.forms.runs import RunFilterForm
from dashboard.models import Run
from dashboard.queries import api as queries
from dashboard.queries.output import last_output, whole_output
from dashboard.queries.run import get_run, replay_after, unfinished_replay
from dashboard.queries.runs import RunFilter
from dashboard.store.acts.dismissing import LONGEST_REASON, discard, dismiss
from dashboard.store.acts.replaying import replay
from dashboard.store.configuration.pauses import kept_back
from qubecb.digits import LARGEST, whole_number

router = Router(tags=["runs"])
#: Parameters that the list takes, those of its filters among them.
FILTERS = (
    *("state", "callback", "trigger", "job", "user", "event", "test", "open"),
    *("since", "until", "text"),
)
_YES_OR_NO = {
    "true": "yes",
    "1": "yes",
    "yes": "yes",
    "false": "no",
    "0": "no",
    "no": "no",
}
_UNIX = re.compile(r"\d{1,12}(\.\d+)?\Z")
_MOST, _USUAL = 500, 50


@router.get(
    "/runs",
    auth=Bearer("viewer"),
    response={200: RunsOut, **READING},
    openapi_extra={"parameters": RUN_PARAMETERS},
    summary="Runs, newest first",
)
def list_runs(request: HttpRequest) -> JsonResponse:
    """Gives the runs that fit every filter. `next` is the `cursor` of the following page."""
    parameters.check(request, (*FILTERS, "limit", "cursor"), several=("state",))
    limit = parameters.number(request, "limit", _USUAL, 1, _MOST)
    cursor = parameters.number(request, "cursor", None, 1, LARGEST)
    items, following = queries.runs(_wanted(request.GET), limit or _USUAL, cursor)
    return JsonResponse({"items": items, "next": following})


@router.get(
    "/runs/{run_id}",
    auth=Bearer("viewer"),
    response={200: OneRunOut, **READING},
    summary="One run",
)
def show(request: HttpRequest, run_id: str) -> JsonResponse:
    """Gives a run with the end of its output, its notes and its traceback."""
    run = _run(run_id)
    output = last_output(run).data.decode("utf-8", "replace")
    return JsonResponse({**queries.one_run(run), "output": output})


@router.get(
    "/runs/{run_id}/output",
    auth=Bearer("viewer"),
    response={200: None, **READING},
    openapi_extra={"parameters": OUTPUT_PARAMETERS, "responses": OUTPUT_RESPONSE},
    summary="The output of one run",
)
def output(request: HttpRequest, run_id: str) -> HttpResponse:
    """Gives the output that was kept, from an offset on, also while the run goes on.

    Offsets count the bytes that the run wrote. `X-Next-Offset` says where to go on,
    `X-Ended` whether the run has ended and all of it is here.
    """
    run = _run(run_id)
    parameters.check(request, ("offset",))
    offset = parameters.number(request, "offset", 0, 0, MOST_OFFSET) or 0
    chunk = whole_output(run, offset)
    text = chunk.data.decode("utf-8", "replace")
    return HttpResponse(
        text, content_type="text/plain; charset=utf-8", headers=chunk.headers
    )


@router.post(
    "/runs/{run_id}/replay",
    auth=Bearer("operator"),
    response={202: ReplayOut, 409: Detail, **READING},
    openapi_extra={"parameters": REPLAY_PARAMETERS},
    summary="Replay one run",
)
def run_again(request: HttpRequest, run_id: str) -> JsonResponse:
    """Queues a new run of the same callback for the same event and job.

    With `seen`, a request that is sent again does nothing more: the answer is the run that
    the first one queued. While a replay of the run waits or runs, there is no other.
    """
    run, caller = _run(run_id), caller_of(request)
    parameters.check(request, ("seen",))
    seen = parameters.number(request, "seen", None, 0, LARGEST)
    new = replay([run.pk], caller.by, LARGEST if seen is None else seen).get(run.pk)
    if new is None and seen is not None:
        new = replay_after(run, seen)
    if new is None:
        raise Refused(409, _not_again(run))
    back = kept_back([(run.directory, run.file)]).get((run.directory, run.file))
    return JsonResponse({"runs": [str(new)], "kept_back": back}, status=202)


def _not_again(run: Run) -> str:
    if (waits := unfinished_replay(run)) is not None:
        return (
            f"Run {waits} replays it and has not ended: there is no other until then."
        )
    return (
        "This run cannot be replayed: it has not ended, it was a simulation, or its"
        " event is no longer stored."
    )


@router.post(
    "/runs/{run_id}/dismiss",
    auth=Bearer("operator"),
    response={200: OneRunOut, 404: Detail, 409: Detail, **SENDING},
    openapi_extra=takes(DISMISS),
    summary="Dismiss an open run",
)
def settle(request: HttpRequest, run_id: str) -> JsonResponse:
    """Dismisses a run that is open, with everything that replays it or that it replays."""
    run = _run(run_id)
    values = read_object(request)
    only_members(values, "reason")
    reason = _reason(values)
    if not dismiss([run.pk], caller_of(request).by, reason):
        raise Refused(409, "This run is not open, or a replay of it has not ended.")
    return show(request, run_id)


def _reason(values: dict[str, Any]) -> str:
    given = values.get("reason", "")
    if not isinstance(given, str):
        raise BadInput([BadMember("reason", "must be text")])
    if not given.strip() or len(given) > LONGEST_REASON:
        most = f"must say why, in at most {LONGEST_REASON} characters"
        raise BadInput([BadMember("reason", most)])
    return given


@router.post(
    "/runs/{run_id}/discard",
    auth=Bearer("operator"),
    response={200: DiscardOut, 409: Detail, **READING},
    summary="Discard a suppressed run",
)
def leave_it(request: HttpRequest, run_id: str) -> JsonResponse:
    """Dismisses a run that was suppressed. It can still be replayed by its id."""
    run = _run(run_id)
    if not discard([run.pk], caller_of(request).by):
        raise Refused(
            409,
            "This run is not suppressed, or is not open: there is nothing to discard.",
        )
    return JsonResponse({"runs": [str(run.pk)]})


def _run(run_id: str) -> Run:
    key = whole_number(run_id)
    run = None if key is None else get_run(key)
    if run is None:
        raise Refused(404, "There is no run with this id.")
    return run


def _wanted(given: QueryDict) -> RunFilter:
    """Read the filters as the runs page does, and what only programs write besides."""
    data = QueryDict(mutable=True)
    for name in set(FILTERS) - {"test"}:
        values = [
            value for each in given.getlist(name) for value in _spread(name, each)
        ]
        data.setlist(name, values)
    form = RunFilterForm(data)
    if not form.is_valid():
        raise BadInput(
            [
                BadMember(name, str(message))
                for name, messages in form.errors.items()
                for message in messages
            ]
        )
    return replace(form.wanted(), test=_test(given.get("test", "")))


def _test(value: str) -> bool | None:
    """The API counts a live fire as a test, as callbacks do; pages do not."""
    word = _YES_OR_NO.get(value.lower(), value)
    if word not in ("", "yes", "no"):
        raise BadInput([BadMember("test", "must be true or false")])
    return {"yes": True, "no": False}.get(word)


def _spread(name: str, value: str) -> list[str]:
    if name == "state":
        return [part.strip() for part in value.split(",") if part.strip()]
    if name == "open" and value:
        return [_YES_OR_NO.get(value.lower(), value)]
    if name in ("since", "until") and _UNIX.match(value):
        return [_as_iso(value)]
    return [value]


def _as_iso(unix: str) -> str:
    """Unix seconds as ISO 8601; a number beyond any calendar is refused later."""
    try:
        return datetime.fromtimestamp(float(unix), UTC).isoformat()
    except (ValueError, OverflowError):
        return unix
