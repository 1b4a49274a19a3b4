"""Asking why a callback did or did not run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Router

from dashboard.api.bodies import only_members, span_in
from dashboard.api.body import read_object
from dashboard.api.callers import Bearer, caller_of
from dashboard.api.problems import BadInput, BadMember, Detail, Refused
from dashboard.api.questions import BegunOut, begun, cancelled, looked_at
from dashboard.api.schemas import READING, SENDING, takes
from dashboard.api.why_schemas import MEMBERS, WHY, AnswerOut, AnswersOut, SpanOut
from dashboard.models import WhyRecord
from dashboard.queries.configuration import numbers_of
from dashboard.store.configuration import directory_names
from dashboard.store.past import why_questions
from dashboard.store.past.asking import (
    Question,
    SeveralDirectories,
    UnknownFile,
    why,
    why_each,
)
from dashboard.store.past.records import event_called
from qubecb.conffile.names import name_fault
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.jobs.ids import JobId, fault, job_id
from qubecb.jobs.unstorable import unstorable
from qubecb.why.answer import Answer

router = Router(tags=["why"])


@router.post(
    "/why",
    auth=Bearer("viewer"),
    response={
        200: AnswerOut | AnswersOut,
        202: BegunOut,
        404: Detail,
        429: Detail,
        **SENDING,
    },
    openapi_extra=takes(WHY),
    summary="Why a callback did or did not run",
)
def ask(request: HttpRequest) -> JsonResponse:
    """Judges what was recorded, as the dispatcher did.

    Takes an event, a job, or both. With `file` the answer is about that mapping; without,
    there is one for every mapping that there was for the job, or is now. `file` alone asks
    about a span: it is answered in a process of its own; ask `GET /api/whys/ID` for it.
    That ends when nobody asks for 60 seconds.
    """
    body = read_object(request)
    only_members(body, *MEMBERS)
    file, directory = _text(body, "file"), _directory(body)
    if file and body.get("event") is None and body.get("job") is None:
        return _of_span(request, body, file, directory)
    question = _question(body)
    if file is None:
        page = why_each(question, _cursor(body))
        following = page.next and f"{page.next.directory}/{page.next.file}"
        return JsonResponse({"items": shown(page.items), "next": following})
    with _one_callback():
        (answer,) = shown([why(question, file, directory)])
    return JsonResponse(answer)


@router.get(
    "/whys/{identity}",
    auth=Bearer("viewer"),
    response={200: SpanOut, 404: Detail, **READING},
    summary="Why a callback did or did not run over a span",
)
def one(request: HttpRequest, identity: str) -> JsonResponse:
    """Gives how far it is, and what came out: one that was asked in the last day."""
    return JsonResponse(_told(looked_at(WhyRecord, identity)))


@router.delete(
    "/whys/{identity}",
    auth=Bearer("viewer"),
    response={200: SpanOut, 404: Detail, **READING},
    summary="Cancel a question about a span",
)
def cancel(request: HttpRequest, identity: str) -> JsonResponse:
    """Ends one that you asked; one that is done stays."""
    return JsonResponse(_told(cancelled(WhyRecord, identity, request)))


def _of_span(
    request: HttpRequest, body: dict[str, Any], file: str, directory: str | None
) -> JsonResponse:
    """Let why be answered for a callback and a span."""
    if body.get("cursor") is not None:
        raise BadInput([BadMember("cursor", "is given without `file` only")])
    if wrong := name_fault(file):
        raise BadInput([BadMember("file", wrong)])
    since, until = span_in(body)
    with _one_callback():
        key = why_questions.key_of(file, directory)
    asked = why_questions.Asked(key, since, until)
    return begun(partial(why_questions.ask, asked, caller_of(request).name))


def _told(record: WhyRecord) -> dict[str, Any]:
    told = why_questions.told(record)
    names = directory_names.names()
    numbers = numbers_of([told["revision"]])
    return {
        **told,
        "directory_name": names.get(told["directory"]),
        "revision_number": numbers.get(told["revision"] or 0),
    }


@contextmanager
def _one_callback() -> Iterator[None]:
    """Refuse a file that is none, or that several directories map."""
    try:
        yield
    except UnknownFile:
        raise Refused(404, "No callbacks.conf names this file.") from None
    except SeveralDirectories as error:
        message = (
            f"must be one of {', '.join(error.directories)}: all of them map the file"
        )
        raise BadInput([BadMember("directory", message)]) from None


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
        message = "is missing: give an event, a job, or a file and a span"
        raise BadInput([BadMember("event", message)])
    for name in ("since", "until"):
        if body.get(name) is not None:
            message = "is given without an event and a job only"
            raise BadInput([BadMember(name, message)])
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
    value = body.get("cursor")
    text = value if isinstance(value, str) else ""  # a broken line may name anything
    directory, slash, file = text.rpartition("/")
    if value is not None and not slash:
        raise BadInput([BadMember("cursor", "must be the `next` of a page")])
    return MappingKey(directory, file) if slash else None


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        raise BadInput([BadMember(name, "must be text, and not empty")])
    if wrong := unstorable(value, name):
        raise BadInput([BadMember(name, wrong[0].message)])
    return value
