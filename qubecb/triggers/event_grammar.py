"""The grammar of one event spec: `name-type-context-extra`.

    event = [ name, "-" ], global | name, "-", ( job | subjob | work | timed ) ;
    name  = ( letter | "_" ), { letter | digit | "_" } ;

Labels, item names and host names may themselves hold hyphens; which hyphen ends what is our
decision for every type, and stands in the docstring of its function.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from qubecb.digits import whole_number
from qubecb.errors import TriggerSyntaxError
from qubecb.events import NAME, TIME_TYPES
from qubecb.triggers import refusals, remarks
from qubecb.triggers.expression import EventSpec
from qubecb.triggers.notes import Note, without_mend
from qubecb.triggers.vocabulary import (
    CONTEXTS,
    GLOBAL_TYPES,
    LATEST_TIME,
    PLACEHOLDER,
    TYPES,
)

#: The star, and the star as two published pages print it.
STARS = ("*", r"\*")

_DIGITS = re.compile(r"[0-9]+\Z")
_INTEGER = re.compile(r"-?[0-9]+\Z")
_UUID = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=-|\Z)", re.ASCII | re.IGNORECASE
)


class EventReader:
    """Reads the event spec at one place of a trigger; what it notes goes to `notes`."""

    __slots__ = ("end", "notes", "start", "text")

    def __init__(self, text: str, start: int, end: int, notes: list[Note]) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.notes = notes

    def read(self) -> EventSpec:
        """event = [ name, "-" ], global | name, "-", ( job | subjob | work | timed ) ;

        A global type may do without its name: Qube's own example is `globaltime-10000`.
        """
        word = self.text[self.start : self.end]
        if not word.isprintable():
            at = next(at for at, char in enumerate(word) if not char.isprintable())
            raise refusals.odd_character(self.text, self.start + at)
        try:
            spec = self._spec_of(word)
        except TriggerSyntaxError as error:
            raise (error if self._is_mended(error) else without_mend(error)) from None
        self.notes.extend(remarks.about(spec, self.text))
        return spec

    def _is_mended(self, error: TriggerSyntaxError) -> bool:
        """Whether the replacement of an error, if any, makes the word readable."""
        if error.replacement is None:
            return True
        before, after = (self.start, error.start), (error.end, self.end)
        mended = (
            f"{self.text[slice(*before)]}{error.replacement}{self.text[slice(*after)]}"
        )
        return all(map(_is_readable, mended.split(" && ")))

    def _spec_of(self, word: str) -> EventSpec:
        name, _, rest = word.partition("-")
        kind, _, tail = rest.partition("-")
        if name in GLOBAL_TYPES and kind not in TYPES:
            return self._global(PLACEHOLDER, name, rest)
        if kind not in TYPES or not NAME.match(name):
            raise refusals.unreadable_head(self.text, (self.start, self.end))
        if kind in TIME_TYPES and name != PLACEHOLDER:
            span = (self.start, self.start + len(name))
            raise refusals.time_name(self.text, span, kind)
        if not tail and kind not in GLOBAL_TYPES:
            span = (self.start, self.end)
            raise refusals.missing_context(self.text, span, name, kind)
        return _PRODUCTIONS[kind](self, name, kind, tail)

    def _job(self, name: str, kind: str, tail: str) -> EventSpec:
        """job = "job", "-", context, [ "-*" ] ;

        The context is everything that follows. Older pages of Qube's documentation show
        `failed-job-self-*`: the star is dropped, with a note.
        """
        at = self.end - len(tail)
        head, _, star = tail.rpartition("-")
        if head and star in STARS:
            span = (at + len(head), self.end)
            self.notes.append(remarks.star_extra_on_job(span))
            tail = head
        return self._spec(name, kind, self._context(tail, at), None)

    def _subjob(self, name: str, kind: str, tail: str) -> EventSpec:
        """subjob = "subjob", "-", context, "-", ( digits | "*" ) ;

        The extra is what follows the last hyphen; no id is negative, so a label that
        ends in a hyphen cannot be written.
        """
        self._refuse_uuid(kind, tail)
        head, _, extra = tail.rpartition("-")
        if not head or not extra:
            raise self._missing_extra(kind, tail)
        minus = head.endswith("-")
        if minus or (extra not in STARS and not _DIGITS.match(extra)):
            span = (self.end - len(extra) - minus, self.end)
            raise refusals.bad_instance(self.text, span)
        context = self._context(head, self.end - len(tail))
        return self._spec(name, kind, context, _number(self._star(extra)))

    def _work(self, name: str, kind: str, tail: str) -> EventSpec:
        """work = ( "work" | "host" ), "-", context, "-", extra ;

        The context ends at the first hyphen; the extra is everything after it, so that
        `done-work-self-1-10` is the item `1-10` and `done-work-self--5` is frame -5.
        """
        self._refuse_uuid(kind, tail)
        head, _, extra = tail.partition("-")
        if not extra:
            raise self._missing_extra(kind, tail)
        context = self._context(head, self.end - len(tail))
        return self._spec(name, kind, context, self._star(extra))

    def _timed(self, name: str, kind: str, tail: str) -> EventSpec:
        """timed = "time", "-self-", digits | "repeat", "-self-", digits, "-", digits ;"""
        head, _, extra = tail.partition("-")
        if head != "self":
            at = self.end - len(tail)
            raise refusals.time_context(self.text, (at, at + len(head)), kind)
        if not extra:
            raise self._missing_extra(kind, tail)
        return self._spec(name, kind, head, self._times(kind, extra))

    def _global(self, name: str, kind: str, tail: str) -> EventSpec:
        """global = "global" | "globaltime", "-", digits
        | "globalrepeat", "-", digits, "-", digits ;
        """
        at = self.end - len(tail)
        head = tail.partition("-")[0]
        if head in CONTEXTS:
            span = (at - 1, at + len(head))
            raise refusals.needless_context(self.text, span, kind)
        if kind != "global":
            if not tail:
                raise self._missing_extra(kind, tail)
            return self._spec(name, kind, None, self._times(kind, tail))
        if tail or self.text[self.end - 1] == "-":
            raise refusals.after_global(self.text, (at - 1, self.end))
        return self._spec(name, kind, None, None)

    def _times(self, kind: str, extra: str) -> str:
        """times = digits | digits, "-", digits ; an interval is at least 1 second."""
        at = self.end - len(extra)
        wanted = 2 if kind in ("repeat", "globalrepeat") else 1
        fields = extra.split("-", wanted)
        if len(fields) != wanted or not all(map(_DIGITS.match, fields)):
            raise refusals.bad_time(self.text, (at, self.end), wanted)
        numbers = [_number(field) for field in fields]
        for field, number in zip(fields, numbers, strict=True):
            span = (at, at + len(field))
            if whole_number(number, most=LATEST_TIME) is None:
                raise refusals.time_too_large(self.text, span)
            at = span[1] + 1
        if wanted == 2 and numbers[1] == "0":
            raise refusals.zero_interval(self.text, span)
        return "-".join(numbers)

    def _context(self, context: str, at: int) -> str:
        """context = "self" | "parent" | job id | label ; never "*"."""
        span = (at, at + len(context))
        if context in STARS:
            raise refusals.star_context(self.text, span)
        if not context:
            raise refusals.empty_context(self.text, at)
        if _DIGITS.match(context):
            return self._job_id(context, span)
        first, dash, rest = context.partition("-")
        if dash and first in CONTEXTS and (not rest or _INTEGER.match(rest)):
            needless = (at + len(first), span[1])
            raise refusals.needless_part(self.text, needless, first)
        return context

    def _refuse_uuid(self, kind: str, tail: str) -> None:
        """A UUID names a job by its id, and holds the hyphens at which an extra is found."""
        found = _UUID.match(tail)
        if found:
            at = self.end - len(tail)
            raise refusals.uuid_context(self.text, (at, at + found.end()), kind)

    def _job_id(self, digits: str, span: refusals.Span) -> str:
        """job id = digits, from 1 to 2^63-1 ;"""
        number = whole_number(digits, least=1)
        if number is None:
            raise refusals.bad_job_id(self.text, span)
        return str(number)

    def _star(self, extra: str) -> str:
        """The extra, with an escaped star read as the star."""
        if extra != STARS[1]:
            return extra
        self.notes.append(remarks.escaped_star((self.end - len(extra), self.end)))
        return "*"

    def _missing_extra(self, kind: str, tail: str) -> TriggerSyntaxError:
        return refusals.missing_extra(self.text, (self.start, self.end), kind, tail)

    def _spec(
        self, name: str, kind: str, context: str | None, extra: str | None
    ) -> EventSpec:
        return EventSpec(name, kind, context, extra, self.start, self.end)


def _is_readable(word: str) -> bool:
    try:
        EventReader(word, 0, len(word), [])._spec_of(word)
    except TriggerSyntaxError:
        return False
    return bool(word)


def _number(digits: str) -> str:
    """Digits without leading zeros; the star as it is."""
    return digits.lstrip("0") or "0"


_PRODUCTIONS: dict[str, Callable[[EventReader, str, str, str], EventSpec]] = {
    "job": EventReader._job,
    "subjob": EventReader._subjob,
    "work": EventReader._work,
    "host": EventReader._work,
    "time": EventReader._timed,
    "repeat": EventReader._timed,
    "global": EventReader._global,
    "globaltime": EventReader._global,
    "globalrepeat": EventReader._global,
}
