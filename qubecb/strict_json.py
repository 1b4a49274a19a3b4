"""Strict JSON for all input: RFC 8259, limited to what the database can store.

Python's reader takes more than JSON: NaN, a key twice, integers of any length, any depth, any
number of values. All of these are refused here, so that nothing behind meets them; too many
values before any of them is made, since each takes some 60 bytes.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from qubecb import long_json
from qubecb.collecting import uncollected

DEEPEST = 64
#: Values in one text: arrays, objects and all that is in them.
MOST_VALUES = 1_000_000
#: Shorter texts cannot have so many.
_SHORT = MOST_VALUES
#: Longer ones are read in portions.
_LONG = 512 * 1024
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
    except long_json.RepeatedKey as error:
        raise _twice(error.args[0]) from None
    except RecursionError:
        raise NotJson(f"is nested deeper than {DEEPEST}") from None
    _check_depth(values)
    return values


def load(text: str | bytes) -> Any:
    """Give the values of a text that was written here, whatever it holds."""
    return _decoded(text if isinstance(text, str) else text.decode(), _PLAIN)


def _decoded(text: str, decoder: json.JSONDecoder) -> Any:
    """Read a text; a long one in portions, and meanwhile the collector is at rest.

    It would look again and again at all that was made, and keep all other threads waiting.
    """
    if len(text) <= _LONG:
        return decoder.decode(text)
    with uncollected():
        return long_json.decode(text, decoder, twice=decoder is _PLAIN)


def values_in(text: str) -> int:
    """How many values a JSON text may have, counted without making any; exact for long ones.

    Each value but the first follows a comma, or the opening of what holds it. The text is
    taken in portions, without what is in its strings.
    """
    if len(text) <= _SHORT:
        return len(text) // 2 + 1
    count, last = 1, ""
    for portion in long_json.structure(text):
        part = "".join(portion.split())
        count += sum(map(part.count, ",[{"))
        count -= sum(map((last + part).count, ("[]", "{}")))
        last = part[-1:] or last
        if count > MOST_VALUES:
            break
    return count


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _twice(key)
            seen.add(key)
    return made


def _twice(key: str) -> NotJson:
    return NotJson(f"has an object with the key {key[:100]!r} twice")


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
