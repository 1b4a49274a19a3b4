"""What each line of a callbacks.conf is.

::

    line    = blank | comment | mapping
    comment = [blanks] "#" anything
    option  = [blanks] "#" [blanks] "qubecb:" settings
    mapping = [blanks] file [blanks] "=" [blanks] trigger [blanks] [blank "#" anything]

Follows "Universal Callbacks". Ours by decision, because the documentation is silent: a blank
followed by `#` begins a comment further along a line, one pair of double quotes round a
trigger is taken off, and option comments (see `options`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from qubecb.conffile.document import Document, Line
from qubecb.conffile.options import CallbackOptions, OptionProblem, parse_options

BLANKS = " \t\v\f"
_OPTION = re.compile(r"[ \t\v\f]*#[ \t\v\f]*qubecb:", re.IGNORECASE)
#: Bytes of a line that is remembered as read.
_LONGEST_KEPT = 500
_TRAILING = re.compile(r"[ \t\v\f]#")


@dataclass(frozen=True, slots=True)
class BlankLine:
    """Nothing but blanks."""

    number: int


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment; `options` is what follows `# qubecb:`, or None for any other comment."""

    number: int
    text: str
    options: str | None = None
    #: Column of `options`, 0-based.
    options_start: int = 0


@dataclass(frozen=True, slots=True)
class MappingLine:
    """`filename = trigger`. Columns are 0-based offsets into the line's text."""

    number: int
    text: str
    file: str
    file_start: int
    #: Without quotes and blanks around it; may be empty.
    trigger_text: str
    trigger_start: int
    #: From the `#` on, or empty.
    comment: str
    quoted: bool
    options: CallbackOptions = field(default_factory=CallbackOptions)
    option_lines: tuple[int, ...] = ()
    option_problems: tuple[OptionProblem, ...] = ()

    @property
    def file_end(self) -> int:
        """The column after the file name."""
        return self.file_start + len(self.file)

    @property
    def trigger_end(self) -> int:
        """The column after the trigger, quotes not counted."""
        return self.trigger_start + len(self.trigger_text)


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that is not a mapping: it has no `=`, or no file name before it."""

    number: int
    text: str
    reason: Literal["no-equals", "no-file"]


ParsedLine = BlankLine | CommentLine | MappingLine | BrokenLine


def parse(document: Document) -> tuple[ParsedLine, ...]:
    """Say what each line is, one for one, option comments given to their mappings."""
    return tuple(_with_options(parse_line(line) for line in document.lines))


def mapping_lines(document: Document) -> tuple[MappingLine, ...]:
    """The mappings of a document, in its order."""
    return tuple(line for line in parse(document) if isinstance(line, MappingLine))


def parse_line(line: Line) -> ParsedLine:
    """Say what one line is, by itself: options above it are not looked at.

    An edit is checked with every key that is pressed, and most of its lines are the same.
    """
    return _kept(line) if len(line.raw) <= _LONGEST_KEPT else _read(line)


@lru_cache(maxsize=16_384)
def _kept(line: Line) -> ParsedLine:
    return _read(line)


def _read(line: Line) -> ParsedLine:
    text = line.text
    stripped = text.lstrip(BLANKS)
    if not stripped:
        return BlankLine(line.number)
    if stripped.startswith("#"):
        return _comment(line.number, text)
    trailing = _TRAILING.search(text)
    end = trailing.start() if trailing else len(text)
    equals = text.find("=", 0, end)
    if equals < 0:
        return BrokenLine(line.number, text, "no-equals")
    file_start = len(text) - len(stripped)
    if file_start == equals:
        return BrokenLine(line.number, text, "no-file")
    start, stop, quoted = _trigger_span(text, equals + 1, end)
    return MappingLine(
        number=line.number,
        text=text,
        file=text[file_start:equals].rstrip(BLANKS),
        file_start=file_start,
        trigger_text=text[start:stop],
        trigger_start=start,
        comment=text[end + 1 :] if trailing else "",
        quoted=quoted,
    )


def _comment(number: int, text: str) -> CommentLine:
    option = _OPTION.match(text)
    if option is None:
        return CommentLine(number, text)
    return CommentLine(number, text, text[option.end() :], option.end())


def _trigger_span(text: str, start: int, end: int) -> tuple[int, int, bool]:
    """Where the trigger stands between `start` and `end`, and whether it was quoted."""
    part = text[start:end]
    start += len(part) - len(part.lstrip(BLANKS))
    part = part.strip(BLANKS)
    quoted = len(part) >= 2 and part[0] == part[-1] == '"' and '"' not in part[1:-1]
    if quoted:
        inner = part[1:-1]
        start += 1 + len(inner) - len(inner.lstrip(BLANKS))
        part = inner.strip(BLANKS)
    return start, start + len(part), quoted


def _with_options(lines: Iterator[ParsedLine]) -> Iterator[ParsedLine]:
    """Give each mapping the option comments that stand directly above it."""
    above: list[CommentLine] = []
    for line in lines:
        if isinstance(line, CommentLine) and line.options is not None:
            above.append(line)
            yield line
            continue
        yield _given(line, above) if isinstance(line, MappingLine) else line
        above = []


def _given(line: MappingLine, above: list[CommentLine]) -> MappingLine:
    if not above:
        return line
    values: dict[str, float | int] = {}
    problems: list[OptionProblem] = []
    for comment in above:
        found, faults = parse_options(
            comment.options or "", comment.number, comment.options_start, values
        )
        values |= found
        problems += faults
    return replace(
        line,
        options=CallbackOptions.from_dict(values),
        option_lines=tuple(comment.number for comment in above),
        option_problems=tuple(problems),
    )
