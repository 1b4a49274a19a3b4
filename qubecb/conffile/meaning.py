"""What a callbacks.conf means to the dispatcher.

Rules, each our decision where the documentation is silent:

1. A broken line never disables the others.
2. A broken line keeps its last good meaning, as long as it still begins with the file's name.
3. A file named twice: the first line that can be read counts, the others do nothing, and
   the checker reports them as errors.
4. A mapping whose file name is refused, or whose extension belongs to no language, has
no effect.
5. An option that cannot be read is left out; the site's setting counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qubecb.caching import remembered
from qubecb.conffile.document import Document
from qubecb.conffile.names import language_of, name_fault
from qubecb.conffile.parsing import (
    BLANKS,
    BrokenLine,
    MappingLine,
    ParsedLine,
    parse,
)
from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import Trigger
from qubecb.triggers import parse as parse_trigger


@dataclass(frozen=True, slots=True)
class EffectiveMapping:
    """One mapping as the dispatcher uses it. The trigger is known to be readable."""

    file: str
    trigger: str
    line: int
    #: What `CallbackOptions.as_dict` gives: seconds, bytes and counts by key.
    options: Mapping[str, float | int] = field(default_factory=dict, hash=False)
    #: The line is broken now, and this is its last good meaning.
    kept: bool = False

    def as_dict(self) -> dict[str, Any]:
        """For storage as JSON."""
        return {
            "file": self.file,
            "trigger": self.trigger,
            "line": self.line,
            "options": dict(self.options),
            "kept": self.kept,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> EffectiveMapping:
        """The opposite of `as_dict`."""
        return cls(
            file=data["file"],
            trigger=data["trigger"],
            line=data["line"],
            options=dict(data.get("options", {})),
            kept=data.get("kept", False),
        )


def meaning(
    document: Document, previous: Sequence[EffectiveMapping] = ()
) -> tuple[EffectiveMapping, ...]:
    """What counts of a document, in its order.

    Takes also what counted before, for lines that are broken now.
    """
    return meaning_of_lines(parse(document), previous)


def meaning_of_lines(
    lines: Sequence[ParsedLine], previous: Sequence[EffectiveMapping] = ()
) -> tuple[EffectiveMapping, ...]:
    """The same of a document whose lines are read already."""
    good: dict[str, EffectiveMapping] = {}
    for line in lines:
        if isinstance(line, MappingLine) and line.file not in good and is_good(line):
            good[line.file] = EffectiveMapping(
                line.file, line.trigger_text, line.number, line.options.as_dict()
            )
    before = {mapping.file: mapping for mapping in previous}
    for line in lines:
        for file in _named_by_broken(line, before):
            if file not in good:
                good[file] = replace(before[file], line=line.number, kept=True)
    return tuple(sorted(good.values(), key=lambda mapping: mapping.line))


def is_good(line: MappingLine) -> bool:
    """Whether a mapping can be followed: name, extension and trigger are as they should."""
    if name_fault(line.file) is not None or language_of(line.file) is None:
        return False
    return not isinstance(read_trigger(line.trigger_text), TriggerSyntaxError)


#: A parsed trigger takes about thirty times its text.
@remembered(64 * 1024 * 1024, lambda _, text: 1000 + 40 * len(text))
def read_trigger(text: str) -> Trigger | TriggerSyntaxError:
    """The trigger, or why it cannot be read, as a value.

    Bytes that are not UTF-8 are refused here: no event could hold them.
    """
    bad = None if text.isascii() else re.search("[\ud800-\udfff]", text)
    if bad is not None:
        hint = "save the file as UTF-8"
        return TriggerSyntaxError(
            "this byte is not valid UTF-8",
            text,
            *bad.span(),
            hint,
            code="odd-character",
        )
    try:
        return parse_trigger(text)
    except TriggerSyntaxError as error:
        return error.with_traceback(None)


def _named_by_broken(
    line: object, before: Mapping[str, EffectiveMapping]
) -> Iterator[str]:
    """The file, known from before, that a line names although it cannot be followed."""
    if isinstance(line, MappingLine) and line.file in before:
        yield line.file
    elif isinstance(line, BrokenLine):
        words = line.text.split(None, 1)
        if words and words[0].strip(BLANKS) in before:
            yield words[0].strip(BLANKS)
