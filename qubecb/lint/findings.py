"""Findings: what the checker reports, and where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

from qubecb.conffile.catalog import DirectoryMapping
from qubecb.conffile.document import shown

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Fix:
    """How to fix one line: its whole new text, and other lines to remove.

    `qubecb.conffile.editing.apply_fix` does it.
    """

    title: str
    line: int
    text: str
    remove: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from other fixes, wherever its line is by now."""
        told = f"{self.title}\n{self.text}".encode()
        return hashlib.sha256(told).hexdigest()[:12]

    def as_dict(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "line": self.line,
            "text": self.text,
            "remove": list(self.remove),
        }


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: a file, and in it a line and columns, counted from 1.

    `end_column` is the column after the last character. Without a line it is the whole
    file or directory. `source` is the line's text.
    """

    file: str
    line: int | None = None
    column: int | None = None
    end_column: int | None = None
    source: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule reports: the place, what is wrong, what to do, and a fix."""

    place: Place
    message: str
    hint: str = ""
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One message of the checker."""

    code: str
    #: The rule's name in words, such as `unknown-event-name`.
    name: str
    severity: Severity
    file: str
    line: int | None
    column: int | None
    end_column: int | None
    message: str
    hint: str = ""
    fix: Fix | None = None
    #: The line's text, to underline in.
    source: str = field(default="", repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The finding as the command line and the API give it."""
        return {
            "code": self.code,
            "name": self.name,
            "severity": self.severity,
            "file": shown(self.file),
            "line": self.line,
            "column": self.column,
            "end_column": self.end_column,
            "message": shown(self.message),
            "hint": shown(self.hint),
            "fix": self.fix.as_dict() if self.fix is not None else None,
        }


def place_in_line(mapping: DirectoryMapping, start: int, end: int) -> Place:
    """The place of columns `start` to `end` (0-based, half open) of a mapping's line."""
    return Place(
        str(mapping.directory / "callbacks.conf"),
        mapping.line,
        start + 1,
        max(end, start) + 1,
        mapping.source.text,
    )


def place_of_file(mapping: DirectoryMapping) -> Place:
    """The place of the file name in a mapping's line."""
    return place_in_line(mapping, mapping.source.file_start, mapping.source.file_end)


def place_in_trigger(mapping: DirectoryMapping, start: int, end: int) -> Place:
    """The place of a part of the trigger; offsets as the trigger language gives them."""
    offset = mapping.source.trigger_start
    return place_in_line(mapping, offset + start, offset + end)


#: Longer lines get no fix: each of a thousand findings would contain the whole text.
LONGEST_MENDED = 2_000


def line_fix(
    title: str, line: int, text: str, remove: tuple[int, ...] = ()
) -> Fix | None:
    """A fix, unless the new text is long, or holds bytes that are not UTF-8."""
    if len(text) > LONGEST_MENDED or shown(text) != text:
        return None
    return Fix(title, line, text, remove)
