"""What is wrong with a request, as exceptions, and the JSON that answers them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import JsonResponse
from ninja import Schema
from pydantic import Field


class ProblemOut(Schema):
    """One thing wrong with what was sent."""

    index: int | None = Field(
        description="Which event of the list, from 0; null where it is not about an event."
    )
    path: str = Field(
        description="Which member, such as `job.id`; empty: the whole.",
        examples=["job.id"],
    )
    message: str = Field(description="What is wrong with it.")


class Detail(Schema):
    """Why a request was refused."""

    detail: str = Field(description="A sentence for people.")


@dataclass(frozen=True, slots=True)
class BadMember:
    """One thing wrong: which event of the list, which member, what."""

    path: str
    message: str
    index: int | None = None


class BadInput(Exception):
    """The request cannot be used: 422 with every problem."""

    def __init__(self, problems: Sequence[BadMember]) -> None:
        super().__init__("; ".join(f"{p.path}: {p.message}" for p in problems))
        self.problems = tuple(problems)


class Refused(Exception):
    """The request is not carried out: a status, a sentence, and headers."""

    def __init__(
        self, status: int, detail: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


def bad_input(error: BadInput) -> JsonResponse:
    """Answer 422 with the list of problems, the first 100 of them."""
    shown = [
        {"index": p.index, "path": p.path, "message": p.message}
        for p in error.problems[:100]
    ]
    return JsonResponse(shown, safe=False, status=422)


def refused(error: Refused) -> JsonResponse:
    """Answer with the status and the sentence."""
    return JsonResponse(
        {"detail": error.detail}, status=error.status, headers=error.headers
    )
