"""What an edit would have done to the past."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, cast

from django.http import HttpRequest, JsonResponse
from ninja import Router, Schema
from pydantic import Field

from dashboard.api.bodies import TIME, UNTIL, edit_in, only_members, span_in
from dashboard.api.body import read_object
from dashboard.api.callers import Bearer, caller_of
from dashboard.api.problems import BadInput, BadMember, Detail
from dashboard.api.questions import BegunOut, QuestionOut, begun, cancelled, looked_at
from dashboard.api.schemas import READING, SENDING, one_of, takes
from dashboard.models import BacktestRecord
from dashboard.store.past import backtest_questions
from qubecb.backtest.edit import Mode
from qubecb.jobs.ids import JobId

router = Router(tags=["backtest"])
_MEMBERS = ("directory", "config", "since", "until", "binding")
_MODES = ("throughout", "new-jobs")
_BACKTEST = {
    "type": "object",
    "required": ["config", "since"],
    "additionalProperties": False,
    "properties": {
        "directory": one_of(
            "callback-directory",
            "The callback directory that is edited, by its path or name; the first one if"
            " left out.",
        ),
        "config": {"type": "string", "description": "The edited callbacks.conf."},
        "since": {"type": "string", "description": TIME},
        "until": UNTIL,
        "binding": {
            "type": ["string", "null"],
            "enum": [*_MODES, None],
            "description": "Whether the edit counts for all jobs, as if it had been in force"
            " the whole time (`throughout`), or for those submitted from `since` on"
            " (`new-jobs`), as it will be.",
        },
    },
}


class NotJudgedOut(Schema):
    """What could not be judged."""

    reason: str
    count: int


class BacktestExampleOut(Schema):
    """A run that only one of the two has."""

    event: str | None = Field(description="Null: a time that nobody recorded.")
    job: JobId | None


class BusiestOut(Schema):
    """The hour in which the edit runs most."""

    hour: datetime
    runs: int
    places: int = Field(
        description="How many runs of a callback there may be at a time."
    )
    full_seconds: float | None = Field(
        description="For how long they would all have been taken."
    )


class CallbackBacktestOut(Schema):
    """One mapping whose trigger is added, changed or removed."""

    file: str
    before: int = Field(description="Runs with the configuration as it was.")
    after: int = Field(description="Runs with the edit.")
    same: int = Field(description="Runs for the same event and job.")
    gained: int
    lost: int
    seconds_before: float | None = Field(
        description="Run time a day, by the mean that was measured; null: it never ran."
    )
    seconds_after: float | None
    busiest: BusiestOut | None
    most: dict[str, list[dict[str, Any]]] = Field(
        description="The users, jobs and events with the most runs."
    )
    gained_examples: list[BacktestExampleOut]
    lost_examples: list[BacktestExampleOut]
    lost_were: dict[str, int] = Field(
        description="What became of the lost runs, by state; `never` was not run, for a"
        " pause, say."
    )
    lost_acted: int = Field(description="Lost runs that did something to the farm.")
    lost_acts: dict[str, int] = Field(description="The same by verb.")


class BacktestOut(QuestionOut):
    """How far a backtest is, and what came out."""

    binding: str
    events: int = Field(description="Events of the span; all of them count.")
    newer_events: int = Field(description="Events after `until`, which are not judged.")
    not_judged: list[NotJudgedOut]
    unchanged: int = Field(description="Mappings whose trigger stays.")
    callbacks: list[CallbackBacktestOut]


@router.post(
    "/backtest",
    auth=Bearer("editor"),
    response={202: BegunOut, 429: Detail, **SENDING},
    openapi_extra=takes(_BACKTEST),
    summary="What an edit would have done to the past",
)
def backtest(request: HttpRequest) -> JsonResponse:
    """Lets it be computed, in a process of its own; ask `GET /api/backtests/ID` for the result.

    It ends when nobody asks for 60 seconds. Nothing is run and nothing is saved.
    """
    body = read_object(request)
    only_members(body, *_MEMBERS)
    caller = caller_of(request)
    edit = edit_in(body, caller)
    if edit is None:
        raise BadInput([BadMember("config", "is missing")])
    if body.get("since") is None:
        raise BadInput([BadMember("since", "is missing")])
    since, until = span_in(body)
    asked = backtest_questions.Asked(
        str(edit.directory), edit.config, since, until, _mode(body.get("binding"))
    )
    return begun(partial(backtest_questions.ask, asked, caller.name))


@router.get(
    "/backtests/{identity}",
    auth=Bearer("editor"),
    response={200: BacktestOut, 404: Detail, **READING},
    summary="How far a backtest is, and what came out",
)
def one(request: HttpRequest, identity: str) -> JsonResponse:
    """Gives a backtest that was asked for in the last day, or that was saved with a revision."""
    return JsonResponse(backtest_questions.told(looked_at(BacktestRecord, identity)))


@router.delete(
    "/backtests/{identity}",
    auth=Bearer("editor"),
    response={200: BacktestOut, 404: Detail, **READING},
    summary="Cancel a backtest",
)
def cancel(request: HttpRequest, identity: str) -> JsonResponse:
    """Ends one that you asked for; one that is done stays."""
    return JsonResponse(
        backtest_questions.told(cancelled(BacktestRecord, identity, request))
    )


def _mode(value: object) -> Mode:
    if value is None:
        return "throughout"
    if value not in _MODES:
        raise BadInput([BadMember("binding", f"must be one of {', '.join(_MODES)}")])
    return cast(Mode, value)
