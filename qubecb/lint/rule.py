"""What a rule is, what it looks at, and what the rules about triggers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from qubecb.conffile.catalog import Directory, DirectoryMapping
from qubecb.conffile.qb_conf import QubConf
from qubecb.lint.findings import (
    LONGEST_MENDED,
    Finding,
    Fix,
    Place,
    Remark,
    Severity,
    line_fix,
    place_in_trigger,
)

#: Places that one rule lists.
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Ground:
    """What rules look at: callback directories and Qube's configuration."""

    directories: tuple[Directory, ...]
    qb_conf: QubConf

    @property
    def mappings(self) -> Iterator[DirectoryMapping]:
        """The mappings of all directories."""
        return chain.from_iterable(each.mappings for each in self.directories)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its code never changes; its name says the bad thing in words."""

    code: str
    name: str
    severity: Severity
    check: Callable[[Ground], Iterator[Remark]]

    def findings(self, ground: Ground) -> Iterator[Finding]:
        """What this rule has to say, of a bounded number of places.

        A callbacks.conf of a mebibyte of broken lines would otherwise fill memory and page.
        """
        remarks = self.check(ground)
        yield from map(self._finding, islice(remarks, MOST))
        more = next(remarks, None)
        if more is not None:
            file = Place(more.place.file)
            message = (
                f"there is more of this; only the first {MOST:,} places are listed"
            )
            yield self._finding(Remark(file, message))

    def _finding(self, remark: Remark) -> Finding:
        place = remark.place
        return Finding(
            code=self.code,
            name=self.name,
            severity=self.severity,
            file=place.file,
            line=place.line,
            column=place.column,
            end_column=place.end_column,
            message=remark.message,
            hint=remark.hint,
            fix=remark.fix,
            source=place.source,
        )


def trigger_notes(ground: Ground, code: str, fix_title: str = "") -> Iterator[Remark]:
    """A remark for each note with this code that the trigger language made."""
    for mapping in ground.mappings:
        for note in mapping.trigger.notes if mapping.trigger is not None else ():
            if note.code == code:
                span = (note.start, note.end)
                place = place_in_trigger(mapping, *span)
                fix = replacing(mapping, span, note.replacement, fix_title)
                yield Remark(place, note.message, note.hint, fix)


def trigger_errors(
    ground: Ground, codes: frozenset[str], fix_title: str = "Write it as suggested"
) -> Iterator[Remark]:
    """A remark for each trigger that cannot be read because of one of these mistakes."""
    for mapping in ground.mappings:
        error = mapping.syntax_error
        if error is not None and error.code in codes:
            span = (error.start, error.end)
            place = place_in_trigger(mapping, *span)
            fix = replacing(mapping, span, error.replacement, fix_title)
            yield Remark(place, error.message, error.hint, fix)


def replacing(
    mapping: DirectoryMapping, span: tuple[int, int], text: str | None, title: str
) -> Fix | None:
    """A fix that writes `text` over a part of the trigger; None where that is not known."""
    line = mapping.source.text
    if text is None or not title or len(line) > LONGEST_MENDED:
        return None
    offset = mapping.source.trigger_start
    new = f"{line[: offset + span[0]]}{text}{line[offset + span[1] :]}"
    return line_fix(title, mapping.line, new)
