"""Reading a request's body: bounded, and JSON as RFC 8259 has it, nothing more.

Python's reader takes more than JSON: NaN, a key twice, integers of any length, texts that no
database can hold. All of these are refused here, so that nothing behind meets them.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from dashboard.api.problems import BadInput, BadMember, Refused

DEEPEST = 64
_LARGEST = 2**63


class _NotJson(ValueError):
    """Python would read it, but it is no JSON or cannot be kept."""


def read_json(request: HttpRequest) -> Any:
    """Give the body as values; raises Refused (413) or BadInput that says what is wrong."""
    raw = _bounded(request)
    try:
        values = _decoder.decode(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _bad(f"the body is no UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _bad(f"the body is no JSON: {error.msg} at {place}") from None
    except _NotJson as error:
        raise _bad(str(error)) from None
    except (ValueError, RecursionError):
        raise _bad(f"the body is nested deeper than {DEEPEST}") from None
    _check_depth(values)
    return values


def read_object(request: HttpRequest) -> dict[str, Any]:
    """Give the body as an object; an empty body is an empty object."""
    if not _bounded(request).strip():
        return {}
    values = read_json(request)
    if not isinstance(values, dict):
        raise _bad("the body must be an object")
    return values


def _bounded(request: HttpRequest) -> bytes:
    """The body, refused before it is read when its declared length is too much."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    too_large = Refused(413, f"A body may have {most} bytes; send several requests.")
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > most:
            raise too_large
        return request.body
    except ValueError:
        raise Refused(400, "Content-Length is no number.") from None
    except RequestDataTooBig:
        raise too_large from None
    except UnreadablePostError:
        raise Refused(400, "The connection broke before the whole body came.") from None


def _bad(message: str) -> BadInput:
    return BadInput([BadMember("", message)])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _NotJson(f"an object has the key {key[:100]!r} twice")
            seen.add(key)
    return made


def _integer(text: str) -> int:
    number = int(text) if len(text) < 21 else _LARGEST
    if not -_LARGEST <= number < _LARGEST:
        raise _NotJson(f"the integer {text[:30]} does not fit into 64 bits")
    return number


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _NotJson(f"the number {text[:30]} is too large")
    return number


def _constant(text: str) -> NoReturn:
    raise _NotJson(f"{text} is no JSON")


def _check_depth(values: Any) -> None:
    """Look into containers only, level by level."""
    level = [values] if isinstance(values, dict | list) else []
    for _ in range(DEEPEST):
        level = [
            member
            for container in level
            for member in (
                container.values() if isinstance(container, dict) else container
            )
            if isinstance(member, dict | list)
        ]
        if not level:
            return
    raise _bad(f"the body is nested deeper than {DEEPEST}")


_decoder = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=_constant,
)
