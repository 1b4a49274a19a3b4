"""What the calls about runs take and give, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from dashboard.api.schemas import InDirectory, written_job_id
from qubecb.jobs.ids import JobId
from qubecb.runner.outcome import RunState

_TEXT = {"type": "string"}
_DAY = "(19[7-9][0-9]|2[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?Z?"
#: Empty, a day or a time, a span such as `2h` ago, or Unix seconds.
_MOMENTS = [
    {"type": "string", "pattern": f"^({_DAY}(T{_CLOCK})?)?$"},
    {"type": "string", "pattern": "^[1-9][0-9]{0,3}(m|min|h|d)$"},
    {"type": "string", "pattern": r"^[0-9]{1,10}(\.[0-9]{1,9})?$"},
]
_MOMENT = "ISO 8601, Unix seconds, or `2h`, `7d` ago"


def _parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema or _TEXT,
    }


RUN_PARAMETERS = [
    {
        **_parameter("state", "Several, or separated by commas."),
        "schema": {
            "type": "array",
            "items": {"type": "string", "enum": [state.value for state in RunState]},
        },
    },
    _parameter(
        "callback",
        "A file, or its directory and file: `/qube/callback/a.py`, `studio/a.py`.",
    ),
    _parameter("trigger", "The trigger as it stands in callbacks.conf."),
    {
        **_parameter("job", "The id of the job whose callback it is."),
        "schema": written_job_id(0, may_be_empty=True),
    },
    _parameter("user", "The job's owner."),
    _parameter("event", "An event's id, or its spec or the beginning: `failed-work`."),
    _parameter("test", "Only test runs, or none.", type="boolean"),
    _parameter("open", "Only runs that are open, or none.", type="boolean"),
    _parameter("since", f"Queued at this moment or later: {_MOMENT}.", anyOf=_MOMENTS),
    _parameter("until", f"Queued before this moment: {_MOMENT}.", anyOf=_MOMENTS),
    _parameter("text", "In the outcome's sentence or the last line of the output."),
    _parameter(
        "limit",
        "How many to return.",
        type="integer",
        minimum=1,
        maximum=500,
        default=50,
    ),
    _parameter(
        "cursor",
        "`next` of the page before.",
        type="string",
        pattern="^[1-9][0-9]{0,17}$",
    ),
]
#: Beyond any output, and small enough to be added to.
MOST_OFFSET = 2**62
OUTPUT_PARAMETERS = [
    _parameter(
        "offset",
        "The first byte to return.",
        type="integer",
        minimum=0,
        maximum=MOST_OFFSET,
        default=0,
    )
]
REPLAY_PARAMETERS = [
    _parameter(
        "seen",
        "The newest replay of this run that is known to you (`replayed_as`), 0 for none:"
        " makes it safe to send the request again.",
        type="integer",
        minimum=0,
    )
]
DISMISS = {
    "type": "object",
    "required": ["reason"],
    "additionalProperties": False,
    "properties": {
        "reason": {
            "type": "string",
            "minLength": 1,
            "maxLength": 500,
            "pattern": r"\S",
            "description": "Why it is settled.",
        }
    },
}
_HEADER = {"schema": {"type": "string"}}
OUTPUT_RESPONSE = {
    200: {
        "description": "The output as text.",
        "content": {"text/plain": {"schema": _TEXT}},
        "headers": {"X-Next-Offset": _HEADER, "X-Ended": _HEADER},
    }
}


class CallbackKey(InDirectory):
    """Which callback."""

    file: str


class CauseOut(Schema):
    """The event that caused a run."""

    id: str | None = Field(description="Null once the event is pruned.")
    spec: str = Field(examples=["failed-work-7"])


class ActionOut(Schema):
    """Something that a callback asked of the farm."""

    verb: str
    targets: list[str] = Field(description="The ids asked for.")
    applied: list[str] = Field(
        description="The ids that were changed; in a simulation, those that would be."
    )
    unlisted: int = Field(0, description="How many more ids were asked for.")


class RunOut(Schema):
    """One execution of a callback."""

    id: str
    state: RunState
    reason: str = Field(description="How it ended, or why it did not run, in words.")
    settled: Literal["made-good", "dismissed", "before-upgrade"] | None = Field(
        description="Why it is settled."
    )
    settled_by: str | None = Field(
        description="The id of the run that made it good, or who dismissed it."
    )
    test: bool
    simulate: bool
    callback: CallbackKey
    trigger: str
    event: CauseOut
    job: JobId | None
    revision: int | None
    revision_number: int | None = Field(
        description="The revision's number within its directory, as pages show it."
    )
    queued_at: str
    started_at: str | None
    ended_at: str | None
    seconds: float | None
    exit: int | None = Field(description="The exit status, or minus the signal.")
    actions: list[ActionOut]


class SatisfiedOut(Schema):
    """An event spec of an `&&` trigger, and the event that satisfied it first."""

    spec: str = Field(examples=["complete-job-parent"])
    event: str | None = Field(
        description="The event's id, also once it is pruned; null where nobody knows."
    )
    at: str | None = Field(description="When that event was accepted.")


class OneRunOut(RunOut):
    """One run with what lists leave out."""

    satisfied_by: list[SatisfiedOut] | None = Field(
        description="What made an `&&` trigger true, in order; empty without `&&`."
        " Null: not known, for it is from before this was kept, or a simulation."
    )

    output: str = Field(description="The end of its output.")
    settled_reason: str = Field(description="Why a person dismissed it.")
    settled_at: str | None
    notes: list[str]
    traceback: dict[str, Any] | None
    replay_of: str | None
    replayed_as: list[str] = Field(description="Its newest replays, newest first.")
    script_sha256: str


class RunsOut(Schema):
    """A page of runs."""

    items: list[RunOut]
    next: str | None = Field(description="The cursor of the next page; null: the last.")


class DiscardOut(Schema):
    """What was discarded."""

    runs: list[str]


class ReplayOut(Schema):
    """What a replay queued."""

    runs: list[str]
    kept_back: str | None = Field(
        description="Why it will not run: its callback is paused, or its language disabled."
    )
