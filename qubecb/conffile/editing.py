"""Edits of a callbacks.conf: each takes a document and gives a new one.

An edit changes only the lines that it names. What it wrote is read again before it is given:
an edit that would not mean what was asked for (a trigger that holds a newline, ` #` or
quotes, a name that holds `=`) is refused with ConfigurationError, or BadFileName for a name
that no callback may have.
"""

from __future__ import annotations

from collections.abc import Iterable

from qubecb.conffile.document import UTF_16_MARKS, Document, Line, shown
from qubecb.conffile.names import check_name
from qubecb.conffile.options import CallbackOptions
from qubecb.conffile.parsing import (
    CommentLine,
    MappingLine,
    mapping_lines,
    parse,
    parse_line,
)
from qubecb.errors import ConfigurationError


def find(document: Document, file: str, line: int) -> MappingLine:
    """The mapping of `file` on line `line`, with its options.

    Raises ConfigurationError when that line maps something else by now.
    """
    for mapping in mapping_lines(document):
        if mapping.number == line and mapping.file == file:
            return mapping
    raise ConfigurationError(
        f"line {line} no longer maps {shown(file)}; read the file again"
    )


def set_trigger(document: Document, file: str, line: int, trigger: str) -> Document:
    """Give a mapping another trigger; name, quotes, blanks and comment stay."""
    old = find(document, file, line)
    text = with_trigger(old, trigger)
    _check(text, file, trigger.strip())
    return document.with_line(line, text)


def with_trigger(mapping: MappingLine, trigger: str) -> str:
    """The mapping's line with another trigger, unchecked: for fixes and previews."""
    before = mapping.text[: mapping.trigger_start]
    if before.endswith("=") and not mapping.trigger_text:
        before += " "
    return before + trigger.strip() + mapping.text[mapping.trigger_end :]


def rename(document: Document, file: str, line: int, new_file: str) -> Document:
    """Give a mapping another file; trigger, options and comment stay."""
    old = find(document, file, line)
    text = old.text[: old.file_start] + new_file + old.text[old.file_end :]
    _check(text, new_file, old.trigger_text)
    return document.with_line(line, text)


def add_mapping(
    document: Document,
    file: str,
    trigger: str,
    options: CallbackOptions | None = None,
) -> Document:
    """Add a mapping at the end, with its option comment if it has any options.

    An option comment that stands last and belongs to nothing is kept apart by a blank line.
    """
    if document.to_bytes()[:2] in UTF_16_MARKS:
        raise ConfigurationError("the file is UTF-16; save it as UTF-8 first")
    text = f"{file} = {trigger.strip()}"
    _check(text, file, trigger.strip())
    lines = parse(document)
    dangling = bool(lines) and _is_option(lines[-1])
    settings = _option_lines(options or CallbackOptions())
    texts = [*([""] if dangling else []), *settings, text]
    return document.with_lines_before(len(document.lines) + 1, texts)


def remove_mapping(document: Document, file: str, line: int) -> Document:
    """Take a mapping away, and the option comments that belong to it."""
    old = find(document, file, line)
    return document.without_lines([*old.option_lines, old.number])


def set_options(
    document: Document, file: str, line: int, options: CallbackOptions
) -> Document:
    """Give a mapping other options: one comment line above it, or none if none is set.

    Nothing changes when it has exactly these already and every one could be read. Line
    numbers below change with the number of comment lines.
    """
    old = find(document, file, line)
    if old.options == options and not old.option_problems:
        return document
    place = line - len(old.option_lines)
    bare = document.without_lines(old.option_lines)
    above = parse_line(bare.lines[place - 2]) if place > 1 else None
    apart = [""] if above is not None and _is_option(above) else []
    texts = _option_lines(options)
    return bare.with_lines_before(place, [*apart, *texts] if texts else [])


def apply_fix(
    document: Document, line: int, text: str, remove: Iterable[int] = ()
) -> Document:
    """Do what a finding's fix says: another text for one line, and lines to take away."""
    if document.line(line) is None or "\n" in text or "\r" in text:
        raise ConfigurationError(f"the fix for line {line} does not fit this file")
    return document.with_line(line, text).without_lines(remove)


def _option_lines(options: CallbackOptions) -> list[str]:
    written = str(options)
    return [f"# qubecb: {written}"] if written else []


def _is_option(line: object) -> bool:
    return isinstance(line, CommentLine) and line.options is not None


def _check(text: str, file: str, trigger: str) -> None:
    """Refuse a line that would not be read as this file and this trigger."""
    check_name(file)
    try:
        lines = text.encode("utf-8", "surrogateescape").splitlines()
    except UnicodeEncodeError:
        raise ConfigurationError("the trigger contains half a surrogate pair") from None
    parsed = parse_line(Line(0, lines[0])) if len(lines) == 1 else None
    if (
        not isinstance(parsed, MappingLine)
        or (parsed.file, parsed.trigger_text) != (file, trigger)
        or "\0" in trigger
    ):
        raise ConfigurationError(
            f"{shown(text)!r} would not be read as {shown(file)!r} with this trigger: "
            "a trigger cannot contain a newline, quotes or #, and a name cannot contain ="
        )
