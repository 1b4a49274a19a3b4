"""The rules about triggers: a mistake or a note of the trigger language, as a finding.

The language's own codes (`ERROR_CODES`, `NOTE_CODES`) belong to one rule each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qubecb.conffile.catalog import DirectoryMapping
from qubecb.errors import TriggerSyntaxError
from qubecb.lint.findings import (
    LONGEST_MENDED,
    Fix,
    Remark,
    Severity,
    line_fix,
    place_in_trigger,
)
from qubecb.lint.rule import Ground, Rule
from qubecb.triggers import ERROR_CODES, Note


@dataclass(frozen=True, slots=True)
class TriggerRule:
    """A row of the table: what the trigger language says with these codes, as one rule."""

    code: str
    name: str
    severity: Severity
    codes: frozenset[str]
    #: The title of the fix, where the language knows what to write instead.
    fix_title: str = ""

    @property
    def rule(self) -> Rule:
        """The rule that finds it."""
        return Rule(self.code, self.name, self.severity, self._check)

    def _check(self, ground: Ground) -> Iterator[Remark]:
        for mapping in ground.mappings:
            for said in _said_of(mapping):
                if said.code in self.codes:
                    yield self._remark(mapping, said)

    def _remark(
        self, mapping: DirectoryMapping, said: Note | TriggerSyntaxError
    ) -> Remark:
        place = place_in_trigger(mapping, said.start, said.end)
        fix = _fix(mapping, said, self.fix_title)
        return Remark(place, said.message, said.hint, fix)


def _row(
    code: str, name: str, severity: Severity, codes: str, fix_title: str = ""
) -> TriggerRule:
    return TriggerRule(code, name, severity, frozenset(codes.split()), fix_title)


_MISTAKES = (
    _row("QCB202", "missing-extra", "error", "missing-extra", "Match any"),
    _row(
        "QCB203",
        "needless-extra",
        "error",
        "needless-extra needless-context",
        "Leave it out",
    ),
    _row("QCB204", "star-context", "error", "star-context", "Write self"),
    _row("QCB205", "link-prefix", "error", "link-prefix", "Drop link-"),
    _row("QCB206", "blank-in-label", "error", "label-blank", "Write it as suggested"),
)
_OTHER_MISTAKES = frozenset(ERROR_CODES).difference(*(row.codes for row in _MISTAKES))
_NOTES = (
    _row(
        "QCB211",
        "unknown-event-name",
        "warning",
        "unknown-name",
        "Write the known name",
    ),
    _row("QCB212", "job-id-context", "warning", "job-id-context"),
    _row("QCB213", "star-on-job", "warning", "star-extra-on-job", "Leave out the star"),
    _row("QCB214", "global-without-moment", "warning", "global-never"),
    _row("QCB215", "ambiguous-label", "warning", "label-ambiguity"),
    _row(
        "QCB216",
        "label-like-keyword",
        "warning",
        "label-like-keyword",
        "Write the word as it is known",
    ),
    _row("QCB217", "partial-star", "warning", "partial-star"),
    _row("QCB218", "comma-in-name", "warning", "comma"),
    _row("QCB219", "dummy-without-time", "warning", "dummy-without-time"),
    _row("QCB220", "unix-time", "warning", "unix-time", "Write it in Qube time"),
    _row("QCB221", "submit-of-part", "warning", "submit-of-part"),
    _row("QCB222", "submit-of-parent", "warning", "submit-of-parent"),
    _row("QCB223", "repeated-event", "info", "repeated-event"),
    _row("QCB224", "covered-by-done", "info", "done-covers"),
    _row("QCB231", "word-operator", "warning", "word-operator", "Write the sign"),
    _row("QCB232", "escaped-star", "warning", "escaped-star", "Write the star"),
)
TRIGGER_RULES = (
    TriggerRule(
        "QCB201", "trigger-syntax", "error", _OTHER_MISTAKES, "Write it as suggested"
    ),
    *_MISTAKES,
    *_NOTES,
)


def _said_of(mapping: DirectoryMapping) -> tuple[Note | TriggerSyntaxError, ...]:
    """The one mistake of a trigger that cannot be read, else the notes on it."""
    if mapping.syntax_error is not None:
        return (mapping.syntax_error,)
    return mapping.trigger.notes if mapping.trigger is not None else ()


def _fix(
    mapping: DirectoryMapping, said: Note | TriggerSyntaxError, title: str
) -> Fix | None:
    """A fix that writes the replacement over the place; None where that is not known."""
    line = mapping.source.text
    if said.replacement is None or not title or len(line) > LONGEST_MENDED:
        return None
    offset = mapping.source.trigger_start
    before, after = line[: offset + said.start], line[offset + said.end :]
    return line_fix(title, mapping.line, f"{before}{said.replacement}{after}")
