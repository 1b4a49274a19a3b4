"""What an edit would have done to the past."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from dashboard.api.bodies import edit_in, only_members
from dashboard.api.body import read_object
from dashboard.api.callers import Bearer, caller_of
from dashboard.api.problems import BadInput, BadMember, Detail, Refused
from dashboard.api.schemas import READING, SENDING, one_of, takes
from dashboard.forms.fields import MomentField
from dashboard.queries.paging import LARGEST_KEY
from dashboard.store.past import kept
from qubecb.backtest.edit import Mode
from qubecb.digits import whole_number
from qubecb.jobs.ids import JobId

router = Router(tags=["backtest"])
_MEMBERS = ("directory", "config", "since", "until", "binding")
_MODES = ("throughout", "new-jobs")
_TIME = "`7d`, `12h`, or ISO 8601."
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
        "since": {"type": "string", "description": _TIME},
        "until": {
            "type": ["string", "null"],
            "description": f"{_TIME} Now, if left out.",
        },
        "binding": {
            "type": ["string", "null"],
            "enum": [*_MODES, None],
            "description": "Whether the edit counts for all jobs, as if it had been in force"
            " the whole time (`throughout`), or for those submitted from `since` on"
            " (`new-jobs`), as it will be.",
        },
    },
}


class BegunOut(Schema):
    """A backtest that is computed from now on."""

    id: str


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


class BacktestOut(Schema):
    """How far it is, and what came out. But for `state` and so on it is empty until it is done."""

    state: str = Field(description="running, done, stale or failed")
    reason: str = Field(description="Why it failed.")
    progress: float = Field(description="From 0 to 1.")
    since: datetime
    until: datetime
    binding: str
    events: int = Field(description="Events of the span; all of them count.")
    newer_events: int = Field(description="Events after `until`, which are not judged.")
    not_judged: list[NotJudgedOut]
    unchanged: int = Field(description="Mappings whose trigger stays.")
    callbacks: list[CallbackBacktestOut]


@router.post(
    "/backtest",
    auth=Bearer("editor"),
    response={202: BegunOut, **SENDING},
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
    since, until = _moment(body, "since"), _moment(body, "until") or timezone.now()
    if since is None:
        raise BadInput([BadMember("since", "is missing")])
    if since >= until:
        raise BadInput([BadMember("since", "must be before `until`")])
    asked = kept.Asked(
        str(edit.directory), edit.config, since, until, _mode(body.get("binding"))
    )
    found = kept.ask(asked, caller.name)
    return JsonResponse({"id": str(found.pk)}, status=202)


@router.get(
    "/backtests/{identity}",
    auth=Bearer("editor"),
    response={200: BacktestOut, 404: Detail, **READING},
    summary="How far a backtest is, and what came out",
)
def one(request: HttpRequest, identity: str) -> JsonResponse:
    """Gives a backtest that was asked for in the last day, or that was saved with a revision."""
    number = whole_number(identity, 1, LARGEST_KEY)
    found = kept.looked_at(number) if number else None
    if found is None:
        raise Refused(404, "There is no backtest with this id.")
    return JsonResponse(kept.told(found))


def _moment(body: dict[str, Any], name: str) -> datetime | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise BadInput([BadMember(name, f"must be text: {_TIME}")])
    try:
        found = MomentField().to_python(value)
    except ValidationError as error:
        raise BadInput([BadMember(name, " ".join(error.messages))]) from None
    return min(cast(datetime, found), datetime.now(UTC))


def _mode(value: object) -> Mode:
    if value is None:
        return "throughout"
    if value not in _MODES:
        raise BadInput([BadMember("binding", f"must be one of {', '.join(_MODES)}")])
    return cast(Mode, value)
