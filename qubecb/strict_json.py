"""JSON as RFC 8259 has it and as the database can keep it, nothing more: at every door.

Python's reader takes more than JSON: NaN, a key twice, integers of any length, any depth. All
of these are refused here, so that nothing behind meets them.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

DEEPEST = 64
_LARGEST = 2**63


class NotJson(ValueError):
    """It is no JSON, or none that can be kept; the message says why, as a clause."""


def read(text: str) -> Any:
    """Give the values of a JSON text; raises NotJson."""
    try:
        values = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise NotJson(f"is no JSON: {error.msg} at {place}") from None
    except RecursionError:
        raise NotJson(f"is nested deeper than {DEEPEST}") from None
    _check_depth(values)
    return values


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise NotJson(f"has an object with the key {key[:100]!r} twice")
            seen.add(key)
    return made


def _integer(text: str) -> int:
    number = int(text) if len(text) < 21 else _LARGEST
    if not -_LARGEST <= number < _LARGEST:
        raise NotJson(f"has the integer {text[:30]}, which does not fit into 64 bits")
    return number


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotJson(f"has the number {text[:30]}, which is too large")
    return number


def _constant(text: str) -> NoReturn:
    raise NotJson(f"has {text}, which is no JSON")


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
    raise NotJson(f"is nested deeper than {DEEPEST}")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=_constant,
)
