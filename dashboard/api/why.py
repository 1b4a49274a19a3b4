"""Asking why a callback did or did not run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Router

from dashboard.api.bodies import only_members
from dashboard.api.body import read_object
from dashboard.api.callers import Bearer
from dashboard.api.problems import BadInput, BadMember, Detail, Refused
from dashboard.api.schemas import SENDING, takes
from dashboard.api.why_schemas import MEMBERS, WHY, AnswerOut, AnswersOut
from dashboard.queries.configuration import numbers_of
from dashboard.store.configuration import directory_names
from dashboard.store.past.asking import (
    Question,
    SeveralDirectories,
    UnknownFile,
    why,
    why_each,
)
from dashboard.store.past.records import event_called
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.jobs.ids import JobId, fault, job_id
from qubecb.why.answer import Answer

router = Router(tags=["why"])


@router.post(
    "/why",
    auth=Bearer("viewer"),
    response={200: AnswerOut | AnswersOut, 404: Detail, **SENDING},
    openapi_extra=takes(WHY),
    summary="Why a callback did or did not run",
)
def ask(request: HttpRequest) -> JsonResponse:
    """Judges what was recorded, as the dispatcher did.

    Takes an event, a job, or both. With `file` the answer is about that mapping; without,
    there is one for every mapping that there was for the job, or is now.
    """
    body = read_object(request)
    only_members(body, *MEMBERS)
    file, directory = _text(body, "file"), _directory(body)
    question = _question(body)
    if file is None:
        page = why_each(question, _cursor(body))
        following = page.next and f"{page.next.directory}/{page.next.file}"
        return JsonResponse({"items": shown(page.items), "next": following})
    try:
        (answer,) = shown([why(question, file, directory)])
    except UnknownFile:
        raise Refused(404, "No callbacks.conf names this file.") from None
    except SeveralDirectories as error:
        message = (
            f"must be one of {', '.join(error.directories)}: all of them map the file"
        )
        raise BadInput([BadMember("directory", message)]) from None
    return JsonResponse(answer)


def shown(answers: Iterable[Answer]) -> list[dict[str, Any]]:
    """Give answers as the API shows them."""
    found = list(answers)
    names = directory_names.names()
    numbers = numbers_of(each.about.revision for each in found)
    return [
        {
            **each.as_dict(),
            "directory_name": names.get(each.about.directory),
            "revision_number": numbers.get(each.about.revision or 0),
        }
        for each in found
    ]


def _question(body: dict[str, Any]) -> Question:
    called, job = _text(body, "event"), _job(body)
    if called is None and job is None:
        raise BadInput([BadMember("event", "is missing: give an event or a job")])
    event = None if called is None else event_called(called)
    if called is not None and event is None:
        raise Refused(404, "There is no event with this id.")
    return Question(event, job)


def _job(body: dict[str, Any]) -> JobId | None:
    value = body.get("job")
    if value is not None and (wrong := fault(value, 1)):
        raise BadInput([BadMember("job", wrong)])
    return job_id(value)


def _directory(body: dict[str, Any]) -> str | None:
    """Read `directory`: the path or the name of one that is, or once was, configured."""
    value = _text(body, "directory")
    if value is None:
        return None
    if body.get("file") is None:
        raise BadInput([BadMember("directory", "is given with `file` only")])
    path = directory_names.path_of(value)
    if path not in directory_names.names():
        message = "must be the path or the name of a callback directory"
        raise BadInput([BadMember("directory", message)])
    return path


def _cursor(body: dict[str, Any]) -> MappingKey | None:
    value = _text(body, "cursor")
    directory, slash, file = (value or "").rpartition("/")
    if value is not None and not slash:
        raise BadInput([BadMember("cursor", "must be the `next` of a page")])
    return MappingKey(directory, file) if slash else None


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value or "\0" in value:
        raise BadInput([BadMember(name, "must be text, and not empty")])
    return value
