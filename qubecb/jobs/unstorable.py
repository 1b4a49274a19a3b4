"""Texts that no database can hold, anywhere in what was sent: NUL and lone surrogates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qubecb.errors import Problem

MOST_PROBLEMS = 100
LONGEST_PATH = 200
#: Types without text: most values of a large event.
_BARE = frozenset((int, float, bool, type(None)))

#: Keys and places from the outermost on. It is written out for a problem only: to write it for
#: each of a million values would copy a long key a million times.
_Path = tuple[object, ...]


def unstorable(value: object, path: str) -> list[Problem]:
    """Give the first problems of a value that was read from JSON."""
    problems: list[Problem] = []
    _look(value, (path,), problems)
    return problems[:MOST_PROBLEMS]


def _look(value: object, path: _Path, problems: list[Problem]) -> None:
    """Add what is wrong with a value. Called for texts and containers only, for speed."""
    if isinstance(value, str):
        if fault := _fault(value):
            problems.append(Problem(_written(path), fault))
    elif isinstance(value, Mapping):
        _look_into(value, path, problems)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            if type(member) not in _BARE and not _is_fine(member):
                _look(member, (*path, number), problems)
                if len(problems) >= MOST_PROBLEMS:
                    return


def _look_into(value: Mapping[Any, Any], path: _Path, problems: list[Problem]) -> None:
    for key, member in value.items():
        name = str(key)
        if not _is_fine(name) and (fault := _fault(name)):
            place = (*path, repr(name[:LONGEST_PATH]))
            problems.append(Problem(_written(place), fault))
        if type(member) not in _BARE and not _is_fine(member):
            _look(member, (*path, key), problems)
        if len(problems) >= MOST_PROBLEMS:
            return


def _is_fine(value: Any) -> bool:
    """Whether it is a plain text without a fault, or holds nothing."""
    if type(value) is str:
        return value.isascii() and "\0" not in value
    return not value


def _fault(text: str) -> str:
    if text.isascii():
        return "contains a NUL character" if "\0" in text else ""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "contains half a surrogate pair"
    return "contains a NUL character" if "\0" in text else ""


def _written(path: _Path) -> str:
    text = ".".join(str(part)[:LONGEST_PATH] for part in path)[:LONGEST_PATH]
    return text.encode("ascii", "backslashreplace").decode()
