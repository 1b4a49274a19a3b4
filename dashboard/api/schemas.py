"""What goes in and comes out, for the OpenAPI document and its page."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import Field

from dashboard.api.problems import Detail, ProblemOut
from qubecb.events import LONGEST_EXTRA, LONGEST_ID, LONGEST_NAME, NAME, YEAR_10000
from qubecb.jobs.ids import LARGEST_ID
from qubecb.jobs.ids import LONGEST_ID as LONGEST_JOB_ID

#: What every call may answer besides its result.
REFUSALS: dict[Any, Any] = {401: Detail, 403: Detail, 503: Detail}
READING = {**REFUSALS, 404: Detail, 422: list[ProblemOut]}
SENDING = {**REFUSALS, 413: Detail, 422: list[ProblemOut], 507: Detail}

#: No control characters; other unprintable characters are refused too.
_PRINTABLE = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"


def job_id_schema(least: int) -> dict[str, Any]:
    """Describe the id of a job in JSON; takes the least number that is one."""
    return {
        "description": "An integer, or text where the farm's ids are text; text of digits"
        " alone is that integer.",
        "anyOf": [
            {"type": "integer", "minimum": least, "maximum": LARGEST_ID},
            written_job_id(least),
        ],
    }


def written_job_id(least: int, *, may_be_empty: bool = False) -> dict[str, Any]:
    """Describe the id of a job as text, as it stands in an address."""
    text = "[0-9_-]*[A-Za-z][A-Za-z0-9_-]*"
    number = "[1-9][0-9]{0,17}" if least else "0|[1-9][0-9]{0,17}"
    return {
        "type": "string",
        "maxLength": LONGEST_JOB_ID,
        "pattern": f"^({text}|{number}){'?' if may_be_empty else ''}$",
    }


_JOB = {
    "type": "object",
    "required": ["id"],
    "description": "The job it is about: `id`, and any other field of a job.",
    "properties": {
        "id": job_id_schema(1),
        "name": {"type": "string"},
        "pid": job_id_schema(0),
        "pgrp": job_id_schema(0),
        "label": {"type": "string"},
        "status": {"type": "string"},
        "user": {"type": "string"},
    },
}
#: From 1970 to 9999.
_YEARS = "^(19[7-9][0-9]|[2-9][0-9]{3})-"
_TIME = {
    "description": "Unix seconds or ISO 8601; the moment of acceptance if left out.",
    "anyOf": [
        {"type": "number", "minimum": 0, "exclusiveMaximum": YEAR_10000},
        {"type": "string", "format": "date-time", "pattern": _YEARS},
        {"type": "null"},
    ],
}


def _event(types: tuple[str, ...], extra: dict[str, Any]) -> dict[str, Any]:
    """Events of these types, which have the same form of extra."""
    return {
        "type": "object",
        "required": ["name", "type", "job"],
        "additionalProperties": False,
        "properties": {
            "id": {
                "type": ["string", "null"],
                "minLength": 1,
                "maxLength": LONGEST_ID,
                "pattern": _PRINTABLE,
                "description": "Any unique text; the same id twice is accepted once.",
            },
            "name": {
                "type": "string",
                "maxLength": LONGEST_NAME,
                "pattern": "^" + NAME.pattern.replace(r"\Z", "$"),
            },
            "type": {"type": "string", "enum": list(types)},
            "extra": extra,
            "time": _TIME,
            "job": _JOB,
        },
    }


_NO_EXTRA = {"enum": [None, ""], "description": "The type job has none."}
_INSTANCE = {
    "description": "The instance id; null where nobody knows which.",
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": LARGEST_ID},
        {"type": "string", "pattern": "^([0-9]{1,18})?$"},
        {"type": "null"},
    ],
}
_NAMED = {
    "type": ["string", "integer", "null"],
    "maxLength": LONGEST_EXTRA,
    "pattern": _PRINTABLE,
    "description": "The item's or the host's name; null where nobody knows which.",
}
EVENT = {
    "oneOf": [
        _event(("job",), _NO_EXTRA),
        _event(("subjob",), _INSTANCE),
        _event(("work", "host"), _NAMED),
    ],
    "example": {
        "name": "failed",
        "type": "work",
        "extra": "7",
        "job": {"id": 5042, "name": "shot_010", "status": "running", "user": "jo"},
    },
}


def takes(schema: dict[str, Any], required: bool = True) -> dict[str, Any]:
    """Describe a call's body, which the call reads by itself (dashboard.api.body)."""
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": required, "content": content}}


def one_of(what: str, description: str) -> dict[str, Any]:
    """Describe a text that must be the name of something that is there, else 422."""
    return {
        "type": ["string", "null"],
        "minLength": 1,
        "format": what,
        "description": description,
    }


class InDirectory(Schema):
    """What belongs to a callback directory."""

    directory: str = Field(description="Its path.")
    directory_name: str | None = Field(
        description="What addresses call it; null for one that was configured no longer"
        " when directories got names.",
        examples=["studio"],
    )


class AcceptedOut(Schema):
    """What was durably stored."""

    accepted: int = Field(description="How many are new.")
    duplicates: int = Field(description="How many were accepted before.")
    ids: list[str] = Field(description="The id of each, in the order sent.")


class EventOut(Schema):
    """An accepted event."""

    id: str
    name: str
    type: str
    extra: str | None
    time: float = Field(description="Unix seconds, as its source says.")
    job: dict[str, Any] = Field(description="The job as it was sent.")
    spec: str
    accepted_at: str
    source: str
    actor: str
    test: bool
    planned_at: str | None = Field(description="When it was dispatched; null: not yet.")
    set_aside_at: str | None = Field(
        description="Since when it is set aside because it cannot be judged; `remark` says"
        " why. Null: it is not."
    )
    runs: list[str] = Field(description="Ids of the runs it caused, the first 1,000.")
    remark: str


class AsideOut(Schema):
    """The events that could not be judged, the oldest first."""

    items: list[EventOut]


class AgainOut(Schema):
    """The events that are planned again."""

    events: list[str]
