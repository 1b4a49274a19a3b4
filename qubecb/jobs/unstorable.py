"""Texts that no database can hold, anywhere in what was sent: NUL and lone surrogates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from qubecb.errors import Problem

MOST_PROBLEMS = 100
LONGEST_PATH = 200

#: Keys and places from the outermost on. It is written out for a problem only: to write it for
#: each of a million values would copy a long key a million times.
_Path = tuple[object, ...]


def unstorable(value: object, path: str) -> list[Problem]:
    """Give the first problems of a value that was read from JSON."""
    return list(islice(_problems(value, (path,)), MOST_PROBLEMS))


def _problems(value: object, path: _Path) -> Iterator[Problem]:
    if isinstance(value, str):
        fault = _fault(value)
        if fault:
            yield Problem(_written(path), fault)
    elif isinstance(value, Mapping):
        for key, member in value.items():
            fault = _fault(str(key))
            if fault:
                yield Problem(_written((*path, repr(str(key)[:LONGEST_PATH]))), fault)
            yield from _problems(member, (*path, key))
    elif isinstance(value, list):
        for number, member in enumerate(value):
            if isinstance(member, str | list | Mapping):
                yield from _problems(member, (*path, number))


def _fault(text: str) -> str:
    if text.isascii():
        return "holds a NUL character" if "\0" in text else ""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "holds half a surrogate pair"
    return "holds a NUL character" if "\0" in text else ""


def _written(path: _Path) -> str:
    text = ".".join(str(part)[:LONGEST_PATH] for part in path)[:LONGEST_PATH]
    return text.encode("ascii", "backslashreplace").decode()
