"""Lines of a callbacks.conf that should map something but do not, and those that an edit adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qubecb.conffile.document import Document, shown
from qubecb.conffile.meaning import is_good, read_trigger
from qubecb.conffile.names import language_of, name_fault
from qubecb.conffile.parsing import BLANKS, BrokenLine, MappingLine, ParsedLine, parse
from qubecb.errors import TriggerSyntaxError


@dataclass(frozen=True, slots=True)
class IdleLine:
    """A line that does nothing, and why, without a full stop."""

    number: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class IdleChange:
    """Such a line that an edit adds or removes."""

    line: IdleLine
    added: bool


def idle_lines(document: Document) -> Iterator[IdleLine]:
    """The lines that do nothing although they are neither blank nor a comment."""
    mapped: dict[str, int] = {}
    for line in parse(document):
        why = _why(line, mapped)
        if why and isinstance(line, MappingLine | BrokenLine):
            yield IdleLine(line.number, shown(line.text.strip(BLANKS)), shown(why))
        elif isinstance(line, MappingLine):
            mapped[line.file] = line.number


def _why(line: ParsedLine, mapped: dict[str, int]) -> str:
    if isinstance(line, BrokenLine):
        missing = "`=`" if line.reason == "no-equals" else "file name before its `=`"
        return f"it has no {missing}"
    if not isinstance(line, MappingLine):
        return ""
    if line.file in mapped:
        return f"{line.file} is already mapped on line {mapped[line.file]}"
    return "" if is_good(line) else fault_of(line)


def fault_of(line: MappingLine) -> str:
    """Say why a mapping has no effect, without a full stop; empty if nothing is wrong with it."""
    fault = name_fault(line.file)
    if fault is not None:
        return f"its file name {fault}"
    if language_of(line.file) is None:
        return f"the extension of {line.file} belongs to no language"
    trigger = read_trigger(line.trigger_text)
    return trigger.message if isinstance(trigger, TriggerSyntaxError) else ""


def idle_changes(
    before: Document, after: Document, kept: Iterable[int] = ()
) -> tuple[IdleChange, ...]:
    """Which idle lines an edit adds and removes; moved ones are not a change.

    Takes the lines of which the last good meaning stays in force: they do something.
    """
    old, new = list(idle_lines(before)), list(idle_lines(after))
    spare = frozenset(kept)
    brought = _besides([each for each in new if each.number not in spare], old)
    gone = _besides(old, new)
    return (
        *(IdleChange(line, True) for line in brought),
        *(IdleChange(line, False) for line in gone),
    )


def _besides(lines: Iterable[IdleLine], others: Iterable[IdleLine]) -> list[IdleLine]:
    """The lines whose text is not among the others, with repetition."""
    known = Counter(each.text for each in others)
    found = []
    for line in lines:
        known[line.text] -= 1
        if known[line.text] < 0:
            found.append(line)
    return found
