"""What the calls for all questions have in common that another process answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, JsonResponse
from ninja import Schema
from pydantic import Field

from dashboard.api.callers import caller_of
from dashboard.api.problems import Refused
from dashboard.queries.paging import LARGEST_KEY
from dashboard.store.past import questions
from dashboard.store.past.questions import AnyRecord, Record, TooMany
from qubecb.digits import whole_number


class BegunOut(Schema):
    """A question that is answered from now on."""

    id: str


class QuestionOut(Schema):
    """How far the answer to a question is. The rest is empty until it is done."""

    state: str = Field(
        description="running, done, failed; of a backtest also stale: another text was saved."
    )
    reason: str = Field(description="Why it failed.")
    progress: float = Field(description="From 0 to 1.")
    since: datetime
    until: datetime


def begun(ask: Callable[[], AnyRecord]) -> JsonResponse:
    """Ask a question, and answer with its id; 429 where too many wait."""
    try:
        return JsonResponse({"id": str(ask().pk)}, status=202)
    except TooMany as error:
        headers = {"Retry-After": f"{questions.PATIENCE:.0f}"}
        raise Refused(429, str(error), headers) from None


def looked_at(kind: type[Record], identity: str) -> Record:
    """Give a question, and note that somebody asks for the answer."""
    number = whole_number(identity, 1, LARGEST_KEY)
    found = questions.looked_at(kind, number) if number else None
    if found is None:
        raise Refused(404, "There is no question about the past with this id.")
    return found


def cancelled(kind: type[Record], identity: str, request: HttpRequest) -> Record:
    """Cancel a question of the caller's, and give it as it is then."""
    found = looked_at(kind, identity)
    if found.author != caller_of(request).name:
        raise Refused(403, "Somebody else asked this.")
    questions.fail(found, questions.CANCELLED)
    found.refresh_from_db()
    return found
