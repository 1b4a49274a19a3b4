"""Writes large values as JSON in pieces, so that no other thread waits long.

The encoder of the standard library keeps the interpreter to itself until it is done: for a job
of a million values longer than a tenth of a second.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

#: Values that are written in one go.
_AT_ONCE = 5_000

_CONTAINERS = frozenset((dict, list, tuple))
_Encode = Callable[[Any], str]


def write(value: Any, encode: _Encode = json.dumps) -> str:
    """Give what `encode` gives, which must put no blanks between values."""
    return encode(value) if _room(value, _AT_ONCE) >= 0 else _pieces(value, encode)


def _pieces(value: Any, encode: _Encode) -> str:
    if type(value) is dict:
        members = [
            f"{encode(str(key))}:{write(one, encode)}" for key, one in value.items()
        ]
        return f"{{{','.join(members)}}}"
    if any(type(one) in _CONTAINERS for one in value):
        return f"[{','.join([write(one, encode) for one in value])}]"
    parts = (value[at : at + _AT_ONCE] for at in range(0, len(value), _AT_ONCE))
    return f"[{','.join([encode(part)[1:-1] for part in parts])}]"


def _room(value: Any, room: int) -> int:
    """How many more values there is room for; less than 0: too many, and not all counted."""
    if type(value) not in _CONTAINERS:
        return room
    room -= len(value)
    if room < 0:
        return room
    for one in value.values() if type(value) is dict else value:
        if type(one) in _CONTAINERS:
            room = _room(one, room)
            if room < 0:
                break
    return room
