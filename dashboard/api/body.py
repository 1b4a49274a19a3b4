"""Reading a request's body: bounded, and strictly JSON."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from dashboard.api.plain_errors import SENTENCES
from dashboard.api.problems import BadInput, BadMember, Refused
from qubecb import strict_json


def read_json(request: HttpRequest) -> Any:
    """Give the body as values; raises Refused (413) or BadInput that says what is wrong."""
    raw = _bounded(request)
    try:
        return strict_json.read(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _bad(f"is not valid UTF-8 at byte {error.start}") from None
    except strict_json.NotJson as error:
        raise _bad(str(error)) from None


def read_object(request: HttpRequest) -> dict[str, Any]:
    """Give the body as an object; an empty body is an empty object."""
    if not _bounded(request).strip():
        return {}
    values = read_json(request)
    if not isinstance(values, dict):
        raise _bad("must be an object")
    return values


def _bounded(request: HttpRequest) -> bytes:
    """Read the body. A declared length that is too large was refused earlier."""
    try:
        return request.body
    except RequestDataTooBig:
        raise Refused(413, SENTENCES[413]) from None
    except UnreadablePostError:
        raise Refused(
            400, "The connection broke before the whole body arrived."
        ) from None


def _bad(message: str) -> BadInput:
    return BadInput([BadMember("", f"the body {message}")])
