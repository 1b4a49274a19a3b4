"""Writes large values as JSON in pieces, so that no other thread waits long.

The encoder of the standard library keeps the interpreter to itself until it is done: for a job
of a million values longer than a tenth of a second.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from qubecb.collecting import uncollected

#: Values that are written at once.
_AT_ONCE = 5_000

_CONTAINERS = frozenset((dict, list, tuple))
_Encode = Callable[[Any], str]


def write(value: Any, encode: _Encode = json.dumps) -> str:
    """Give what `encode` gives, which must put no blanks between values."""
    if _room(value, _AT_ONCE) >= 0:
        return encode(value)
    with uncollected():
        return _large(value, encode)


def _large(value: Any, encode: _Encode) -> str:
    if type(value) is dict:
        return f"{{{','.join(_members(value, encode))}}}"
    return f"[{','.join(_elements(value, encode))}]"


def _members(value: dict[Any, Any], encode: _Encode) -> Iterator[str]:
    """An object's members: small ones together, a large one by itself."""
    some: dict[Any, Any] = {}
    room = _AT_ONCE
    for key, one in value.items():
        room = _room(one, room - 1)
        if room < 0 and some:
            yield encode(some)[1:-1]
            some, room = {}, _room(one, _AT_ONCE - 1)
        if room < 0:
            yield f"{encode(str(key))}:{_large(one, encode)}"
            room = _AT_ONCE
        else:
            some[key] = one
    if some:
        yield encode(some)[1:-1]


def _elements(value: list[Any] | tuple[Any, ...], encode: _Encode) -> Iterator[str]:
    """A list's elements: small ones together, a large one by itself."""
    some: list[Any] = []
    room = _AT_ONCE
    for one in value:
        room = _room(one, room - 1)
        if room < 0 and some:
            yield encode(some)[1:-1]
            some, room = [], _room(one, _AT_ONCE - 1)
        if room < 0:
            yield _large(one, encode)
            room = _AT_ONCE
        else:
            some.append(one)
    if some:
        yield encode(some)[1:-1]


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
