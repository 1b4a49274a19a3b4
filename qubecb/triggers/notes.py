"""What can be wrong with a trigger: the codes of errors and of notes, and the Note itself.

An error (TriggerSyntaxError) is a trigger that cannot be given a meaning. A note is a
trigger that has one, but perhaps not the one that was meant. The codes never change: the
checker builds its findings on them. docs/triggers.md lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass

from qubecb.errors import TriggerSyntaxError

#: Every code of a TriggerSyntaxError, and what it says.
ERROR_CODES = {
    "empty": "the trigger is empty",
    "too-long": "the trigger is longer than 10,000 characters",
    "too-deep": "parentheses are nested more than 100 deep",
    "missing-event": "an operator or a parenthesis where an event is expected",
    "missing-operator": "two events follow each other without && or ||",
    "label-blank": "a label with a blank, which a trigger cannot write",
    "single-operator": "& or | that is not written exactly twice",
    "unclosed-parenthesis": "a ( without its )",
    "unopened-parenthesis": "a ) without its (",
    "quote": "a quotation mark",
    "hash": "a # within the trigger",
    "line-break": "a line break",
    "odd-character": "a character that cannot be seen, or one that only looks like a blank",
    "no-not": "`not` or `!`, which the language does not have",
    "bad-name": "not an event name",
    "missing-name": "the event begins with a type",
    "missing-type": "the event has no type",
    "unknown-type": "the type is not known",
    "missing-context": "the event has no context",
    "needless-context": "a context after a global type",
    "star-context": "* as the context",
    "bad-job-id": "a job id that is 0 or too large",
    "uuid-context": "a UUID before an extra",
    "missing-extra": "the type needs an extra",
    "needless-extra": "the type has no extra",
    "bad-extra": "an instance id that is neither an integer nor *",
    "bad-time": "not a time or an interval, or too large a one",
    "time-name": "a time type with another name than dummy",
    "time-context": "a time type with another context than self",
    "global-with-job": "a global event joined by && to anything",
    "link-prefix": "link-, which belongs to the dependency language",
}
#: Every code of a Note, and what it says.
NOTE_CODES = {
    "word-operator": "`and` or `or` in place of && or ||",
    "escaped-star": r"\* in place of *",
    "star-extra-on-job": "the type job with -* after its context",
    "partial-star": "a * within a longer text, where it is an ordinary character",
    "comma": "a comma or semicolon, which separates nothing",
    "label-ambiguity": "a label and an extra that may be cut at the wrong hyphen",
    "label-like-keyword": "a label that looks like self, parent or a job id",
    "job-id-context": "a job id as context",
    "unknown-name": "an event name that Qube does not send",
    "dummy-without-time": "dummy with a type that is not a time type",
    "global-never": "a plain global, which never fires",
    "unix-time": "a Qube time that is probably meant as Unix time",
    "submit-of-part": "submit with a type other than job",
    "submit-of-parent": "the parent's submission, which came before the job's",
    "repeated-event": "the same event twice in one group",
    "done-covers": "complete, failed or killed beside a done that includes it",
}


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a trigger that its author should know; the trigger still holds.

    `start` and `end` are offsets into the text; `replacement`, if the fix is clear, is
    what to write in place of that part.
    """

    code: str
    start: int
    end: int
    message: str
    hint: str = ""
    replacement: str | None = None

    @property
    def column(self) -> int:
        """Its first character, counted from 1."""
        return self.start + 1


def wrong(
    code: str,
    message: str,
    text: str,
    span: tuple[int, int],
    hint: str = "",
    replacement: str | None = None,
) -> TriggerSyntaxError:
    """The error with this code about `text[span]`, to be raised by the caller."""
    return TriggerSyntaxError(
        message, text, *span, hint, code=code, replacement=replacement
    )


def shown(text: str) -> str:
    """A piece of a trigger for a message: cut to 60 characters, nothing invisible."""
    cut = text if len(text) <= 60 else f"{text[:57]}..."
    return "".join(
        char if char.isprintable() else f"\\u{ord(char):04x}" for char in cut
    )


def proposal(meant: str, after: str = "") -> str:
    """A hint that says what to write; empty where that is too long to be shown whole."""
    whole = len(meant) <= _LONGEST_PROPOSAL and meant.isprintable()
    return f"write `{meant}`{after}" if whole else ""


def without_mend(error: TriggerSyntaxError) -> TriggerSyntaxError:
    """The same error without its replacement, which would not suffice."""
    hint = _FORM if "-" in error.hint.partition("`")[2] else error.hint
    return wrong(error.code, error.message, error.text, (error.start, error.end), hint)


_LONGEST_PROPOSAL = 200
_FORM = "write NAME-TYPE-CONTEXT, such as `done-job-self`"
