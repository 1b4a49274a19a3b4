"""Reads long JSON in portions, so that no other thread waits long.

The reader of the standard library keeps the interpreter to itself until it is done: for an
object of a million members longer than a third of a second. So a long text is cut here between
members, wherever it has one more portion, and that reader is given each part alone::

    {"a": 1, "b": [2, 3, | 4, 5], "c": 6}     gives {"a": 1}, [2, 3], [4, 5] and {"c": 6}

Text that is not JSON is refused as the whole would be; if it has two faults, perhaps for the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

#: Characters that are read at once, unless a single text has more.
PORTION = 32 * 1024
#: As deep as the standard library reads; beyond it, it raises the same.
_DEEPEST = 900
_BLANKS = " \t\n\r"

#: In a text without its strings: a member without members, with its name; then one that holds
#: up to 51 of these; then one that holds up to 51 of those.
_FLAT = r"[^\[\]{},]*+"
_SMALL = rf"{_FLAT}(?:[\[{{]{_FLAT}(?:,{_FLAT}){{0,50}}+[\]}}]{_FLAT})?+"
_SMALL = rf"{_FLAT}(?:[\[{{]{_SMALL}(?:,{_SMALL}){{0,50}}+[\]}}]{_FLAT})?+"
#: Members, each with the comma after it; the last one, with the bracket that closes its container;
#: the bracket that opens a container, with its name. No text is read more than four times.
_MEMBERS = re.compile(rf"(?:{_SMALL},){{1,200}}+")
_LAST = re.compile(rf"{_SMALL}[\]}}]")
_OPENING = re.compile(rf"{_FLAT}[\[{{]")
_NEXT = re.compile(r"[ \t\n\r]*")
_CLOSES = {"[": "]", "{": "}"}


@dataclass(slots=True)
class _Level:
    """A container that is being read."""

    #: Its bracket, and where that stands.
    kind: str
    opened: int
    #: Where reading continues, and the end of its last comma.
    start: int
    comma: int = 0
    #: What was read of it, if it is read in parts.
    members: Any = None
    #: Whether there is a comma before `start`, so that a member must follow.
    wants: bool = False

    def begin(self) -> None:
        """Read it in parts from now on."""
        if self.members is None:
            self.members = [] if self.kind == "[" else {}


def structure(text: str) -> Iterator[str]:
    """Give the text in portions, with an `x` for every character of its strings.

    A backslash occurs only in strings; elsewhere the text is not JSON anyway.
    """
    at, quoted = 0, False
    while at < len(text):
        portion = text[at : at + PORTION + 1]
        if (len(portion) - len(portion.rstrip("\\"))) % 2 and len(portion) > 1:
            portion = portion[:-1]  # what it belongs to is in the next
        at += len(portion)
        parts = portion.replace("\\\\", "xx").replace('\\"', "xx").split('"')
        parts[not quoted :: 2] = ["x" * len(part) for part in parts[not quoted :: 2]]
        quoted ^= len(parts) % 2 == 0
        yield "x".join(parts)


def decode(text: str, decoder: json.JSONDecoder, *, twice: bool) -> Any:
    """Give the values of a text. Raises JSONDecodeError, RecursionError, and what the decoder does.

    Takes whether an object may have a key twice, of which the last counts; if not,
    RepeatedKey is raised.
    """
    start = _after_blanks(text, 0)
    if text[start : start + 1] not in _CLOSES:
        return decoder.decode(text)
    return _Reading(text, decoder, twice, "".join(structure(text))).whole(start)


class RepeatedKey(ValueError):
    """An object has a key twice, which is its only argument."""


@dataclass(slots=True)
class _Reading:
    """One text, and the containers around the place where it is being read."""

    text: str
    decoder: json.JSONDecoder
    twice: bool
    #: The text without its strings.
    bare: str
    levels: list[_Level] = field(default_factory=list)
    #: Up to where everything was read.
    done: int = 0

    def whole(self, start: int) -> Any:
        """Read all of it, from its first bracket on."""
        at = self._open(start)
        self.levels[0].begin()
        while True:
            if found := _MEMBERS.match(self.bare, at):
                at = self.levels[-1].comma = found.end()
                if at - self.done >= PORTION:
                    self._cut()
            elif found := _LAST.match(self.bare, at):
                value, at = self._close(found.end() - 1)
                if not self.levels:
                    self._end(at)
                    return value
            elif found := _OPENING.match(self.bare, at):
                at = self._open(found.end() - 1)
            else:
                self._refuse_rest(at)

    def _open(self, at: int) -> int:
        if len(self.levels) > _DEEPEST:
            raise RecursionError
        self.levels.append(_Level(self.text[at], at, at + 1))
        return at + 1

    def _cut(self) -> None:
        """Read what stands before the last comma of each level."""
        for level in self.levels:
            level.begin()
            if level.comma > level.start:
                self._take(level, level.comma - 1)
                level.start, level.wants = level.comma, True
        self.done = self.levels[-1].start

    def _close(self, at: int) -> tuple[Any, int]:
        """Leave the innermost level; gives what it holds if it was read in parts."""
        level = self.levels.pop()
        if self.text[at] != _CLOSES[level.kind]:
            self._fail("Expecting ',' delimiter", at)
        if level.members is None:
            return None, at + 1
        if level.wants or self.text[level.start : at].strip(_BLANKS):
            self._take(level, at)
        if not self.levels:
            return level.members, at + 1
        return None, self._put(level, at + 1)

    def _put(self, level: _Level, at: int) -> int:
        """Put a level that is read into the one around it; gives where to go on."""
        around = self.levels[-1]
        named = self.text[around.start : level.opened]
        if around.kind == "{":
            ((key, _),) = self._read(f"{{{named} 0}}", around.start - 1).items()
            self._add(around, {key: level.members})
        elif named.strip(_BLANKS):
            self._fail("Expecting value", around.start)
        else:
            around.members.append(level.members)
        at = _after_blanks(self.text, at)
        around.wants = self.text[at : at + 1] == ","
        around.start = self.done = at + around.wants
        if not around.wants and self.text[at : at + 1] not in ("]", "}"):
            self._fail("Expecting ',' delimiter", at)
        return around.start

    def _take(self, level: _Level, end: int) -> None:
        """Read members of a level, from where it was read up to a comma or its end."""
        part = self.text[level.start : end]
        if not part.strip(_BLANKS):
            what = "value" if level.kind == "[" else "property name"
            self._fail(f"Expecting {what}", end)
        whole = f"{level.kind}{part}{_CLOSES[level.kind]}"
        self._add(level, self._read(whole, level.start - 1))

    def _add(self, level: _Level, more: Any) -> None:
        if level.kind == "[":
            level.members += more
            return
        if not self.twice and not level.members.keys().isdisjoint(more):
            raise RepeatedKey(next(key for key in more if key in level.members))
        level.members.update(more)

    def _read(self, part: str, begins: int) -> Any:
        """Read a part of the text; a fault is told at its place in the whole."""
        try:
            return self.decoder.decode(part)
        except json.JSONDecodeError as error:
            self._fail(error.msg, begins + error.pos)

    def _end(self, at: int) -> None:
        if _after_blanks(self.text, at) < len(self.text):
            self._fail("Extra data", _after_blanks(self.text, at))

    def _refuse_rest(self, at: int) -> NoReturn:
        """No member, opening or closing stands here: the text ends too early, or is none."""
        level = self.levels[-1]
        part = self.text[level.start : at + PORTION]
        self._read(level.kind + part, level.start - 1)
        self._fail("Expecting value", at)

    def _fail(self, what: str, at: int) -> NoReturn:
        raise json.JSONDecodeError(what, self.text, min(at, len(self.text)))


def _after_blanks(text: str, at: int) -> int:
    found = _NEXT.match(text, at)
    return found.end() if found else at
