"""JSON as RFC 8259 has it and as the database can keep it, nothing more: at every door.

Python's reader takes more than JSON: NaN, a key twice, integers of any length, any depth, any
number of values. All of these are refused here, so that nothing behind meets them; too many
values before any of them is made, since each takes some 60 bytes.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from qubecb.collecting import uncollected

DEEPEST = 64
#: Values in one text: arrays, objects and all that is in them.
MOST_VALUES = 1_000_000
#: Shorter texts cannot have so many.
_SHORT = MOST_VALUES
_LONG = _PORTION = 64 * 1024
_LARGEST = 2**63


class NotJson(ValueError):
    """It is not JSON, or cannot be kept; the message says why, as a clause."""


def read(text: str) -> Any:
    """Give the values of a JSON text; raises NotJson."""
    if values_in(text) > MOST_VALUES:
        raise NotJson(f"has more than {MOST_VALUES:,} values")
    try:
        values = _decoded(text, _DECODER)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise NotJson(f"is not JSON: {error.msg} at {place}") from None
    except RecursionError:
        raise NotJson(f"is nested deeper than {DEEPEST}") from None
    _check_depth(values)
    return values


def load(text: str | bytes) -> Any:
    """Give the values of a text that was written here, whatever it holds."""
    return _decoded(text if isinstance(text, str) else text.decode(), _PLAIN)


def _decoded(text: str, decoder: json.JSONDecoder) -> Any:
    """Read a text. Meanwhile the collector is at rest if it is long.

    It would look again and again at all that was made, and keep all other threads waiting.
    """
    if len(text) <= _LONG:
        return decoder.decode(text)
    with uncollected():
        return decoder.decode(text)


def values_in(text: str) -> int:
    """How many values a JSON text may have, counted without making any; exact for long ones.

    Each value but the first follows a comma, or the opening of what holds it. The text is
    taken in portions, without what is in its strings.
    """
    if len(text) <= _SHORT:
        return len(text) // 2 + 1
    count, at, last, quoted = 1, 0, "", False
    while at < len(text) and count <= MOST_VALUES:
        portion = _whole(text[at : at + _PORTION + 1])
        at += len(portion)
        parts = portion.replace("\\\\", "").replace('\\"', "").split('"')
        outside = "".join('"'.join(parts[quoted::2]).split())
        quoted ^= len(parts) % 2 == 0
        count += sum(map(outside.count, ",[{"))
        outside = last + outside + '"' * quoted
        count -= outside.count("[]") + outside.count("{}")
        last = outside[-1:]
    return count


def _whole(portion: str) -> str:
    """The portion, without a backslash at its end whose other half is in the next."""
    escapes = len(portion) - len(portion.rstrip("\\"))
    return portion[:-1] if escapes % 2 and len(portion) > 1 else portion


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
    raise NotJson(f"has {text}, which is not JSON")


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


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_object,
        parse_int=_integer,
        parse_float=_float,
        parse_constant=_constant,
    )


_DECODER, _PLAIN = _decoder(), json.JSONDecoder()
