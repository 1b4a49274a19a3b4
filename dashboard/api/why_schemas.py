"""What `POST /api/why` takes and gives, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import Field

from dashboard.api.bodies import TIME, UNTIL
from dashboard.api.questions import QuestionOut
from dashboard.api.schemas import InDirectory, job_id_schema, one_of
from qubecb.jobs.ids import JobId
from qubecb.why.causes import Code

WHY = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "file": one_of(
            "mapped-file", "The file of one mapping; all of them if left out."
        ),
        "directory": one_of(
            "callback-directory",
            "The callback directory of `file`, by its path or name; needed where several"
            " map it.",
        ),
        "event": one_of("event-id", "The id of the event."),
        "job": {
            "anyOf": [job_id_schema(1), {"type": "null"}],
            "description": "Whose callbacks are asked about. Without an event, the event"
            " that came furthest on the way is judged.",
        },
        "since": {
            "type": ["string", "null"],
            "description": f"With `file` alone, from when on: {TIME} Seven days before"
            " `until`, if left out.",
        },
        "until": UNTIL,
        "cursor": one_of("cursor", "The `next` of the page before."),
    },
}
MEMBERS = ("file", "directory", "event", "job", "since", "until", "cursor")
_CODES = ", ".join(f"`{each.value}`" for each in Code)


class StopOut(Schema):
    """What stops, or would have stopped it too."""

    code: str = Field(description=f"One of {_CODES}.")
    sentence: str
    at: str | None = Field(description="When it was so.")
    parameters: dict[str, Any] = Field(description="What is known of it; by code.")


class StepOut(Schema):
    """One step of the way."""

    step: str
    verdict: str = Field(description="passed, stopped or not-reached")
    sentence: str


class NearestOut(Schema):
    """The event that came closest."""

    event: str
    spec: str
    job: JobId
    at: str
    differs: str


class LeafOut(Schema):
    """One event spec of the trigger."""

    spec: str
    verdict: str = Field(
        description="satisfied, remembered, counted, not or not-reached"
    )
    seen: int | None = Field(description="Events of its name and type in seven days.")
    last: str | None = Field(description="When the last of them came.")
    sentence: str
    code: str | None = Field(description="Why the event does not satisfy it.")
    since: str | None = Field(description="When it was satisfied, if before the event.")
    event: str | None = Field(description="By which event.")
    run: str | None = Field(description="For which run it was counted.")
    nearest: NearestOut | None


class AsOfOut(Schema):
    """The verdict with one configuration."""

    answer: str
    cause: StopOut | None = Field(description="Null: it would run.")
    revision: int | None
    trigger: str
    line: int


class AnswerOut(InDirectory):
    """Why one callback did or did not run."""

    file: str
    event: str | None
    job: JobId | None
    trigger: str
    line: int
    revision: int | None
    revision_number: int | None
    answer: str = Field(description="One sentence.")
    advice: str = Field(description="What to do about it; may be empty.")
    cause: StopOut
    others: list[StopOut] = Field(description="What would also have stopped it.")
    steps: list[StepOut]
    specs: list[LeafOut]
    tree: Any = Field(
        description="The trigger: an event spec, or `operator` (and, or), `holds` and"
        " `items`; null where there is none."
    )
    runs: list[str]
    then: AsOfOut | None = Field(
        description="If callbacks.conf has changed since: the verdict at that time."
    )
    now: AsOfOut | None = Field(description="And with the one that is in force now.")
    remarks: list[str] = Field(description="What the answer leaves out.")


class FunnelOut(Schema):
    """One step of the funnel."""

    step: str = Field(
        description="of-kind and right-job count events; trigger-true, kept-back, started"
        " and ended-well count runs."
    )
    count: int


class SpanOut(QuestionOut, InDirectory):
    """How far the answer for a span is, and what came out."""

    file: str
    funnel: list[FunnelOut]
    answer: str = Field(description="One sentence.")
    advice: str = Field(description="What to do about it; may be empty.")
    cause: StopOut | None = Field(description="Of the event that came furthest.")
    others: list[StopOut] = Field(description="What stopped others, by code.")
    event: str | None = Field(description="The event that came furthest.")
    job: JobId | None = Field(description="The job whose callback was meant.")
    trigger: str
    line: int
    revision: int | None
    revision_number: int | None
    steps: list[StepOut]
    specs: list[LeafOut]
    tree: Any = Field(description="As in an answer.")
    runs: list[str]
    then: AsOfOut | None
    now: AsOfOut | None
    remarks: list[str] = Field(description="What the answer leaves out.")


class AnswersOut(Schema):
    """One answer a mapping."""

    items: list[AnswerOut]
    next: str | None = Field(description="The `cursor` of the next page.")
