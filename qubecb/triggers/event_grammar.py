"""The grammar of one event spec: `name-type-context-extra`.

    event = [ name, "-" ], global
          | name, "-", ( job | subjob | work | timed ) ;
    name  = ( letter | "_" ), { letter | digit | "_" } ;

Labels, item names and host names may themselves hold hyphens; which hyphen ends what is our
decision for every type, and stands in the docstring of its function. Productions with a
more special beginning come first, as in any ordered choice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from qubecb.events import NAME, TIME_TYPES
from qubecb.jobs.job import LARGEST_ID
from qubecb.triggers import remarks
from qubecb.triggers.expression import EventSpec
from qubecb.triggers.notes import Note, shown, wrong
from qubecb.triggers.vocabulary import (
    CONTEXTS,
    GLOBAL_TYPES,
    LATEST_TIME,
    PLACEHOLDER,
    TYPES,
    nearest_type,
)

_DIGITS = re.compile(r"[0-9]+\Z")
_INTEGER = re.compile(r"-?[0-9]+\Z")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_ESCAPED = r"\*"
STARS = ("*", _ESCAPED)


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

        `global` may do without its name: Qube's own example is `globaltime-10000`.
        """
        word = self.text[self.start : self.end]
        if not word.isprintable():
            self._refuse_odd_character(word)
        name, dash, rest = word.partition("-")
        kind, more, tail = rest.partition("-")
        if name in GLOBAL_TYPES and kind not in TYPES:
            return self._global(PLACEHOLDER, name, rest, self._from_end(rest), dash)
        at = self._from_end(tail)
        if not NAME.match(name) or kind not in TYPES or name == "not":
            self._refuse_head(word, name, kind, tail)
        if (kind in TIME_TYPES) and name != PLACEHOLDER:
            self._refuse_time_name(name, kind)
        if kind in GLOBAL_TYPES:
            return self._global(name, kind, tail, at, more)
        if not tail:
            self._refuse_missing_context(name, kind)
        spec = _READERS[kind](self, name, kind, tail, at)
        self.notes.extend(remarks.about(spec, self.text))
        return spec

    def _job(self, name: str, kind: str, tail: str, at: int) -> EventSpec:
        """job = "job", "-", context, [ "-*" ] ;

        The context is everything that follows. Older pages of Qube's documentation show
        `failed-job-self-*`: the star is dropped, with a note.
        """
        head, dash, star = tail.rpartition("-")
        if dash and head and star in STARS:
            span = (at + len(head), self.end)
            self.notes.append(remarks.star_extra_on_job(span))
            tail = head
        return self._spec(name, kind, self._context(tail, at), None)

    def _subjob(self, name: str, kind: str, tail: str, at: int) -> EventSpec:
        """subjob = "subjob", "-", context, "-", ( digits | "*" ) ;

        The extra is what follows the last hyphen.
        """
        head, dash, extra = tail.rpartition("-")
        if not dash or not head or not extra:
            self._refuse_missing_extra(kind, tail, at)
        where = at + len(head) + 1
        extra = self._star(extra, where)
        if extra != "*":
            if not _DIGITS.match(extra) or head in ("self-", "parent-"):
                self._refuse_instance(head, extra, where)
            extra = extra.lstrip("0") or "0"
        return self._spec(name, kind, self._context(head, at), extra)

    def _work(self, name: str, kind: str, tail: str, at: int) -> EventSpec:
        """work = ( "work" | "host" ), "-", context, "-", extra ;

        The context ends at the first hyphen; the extra is everything after it, so that
        `done-work-self-1-10` is the item `1-10` and `done-work-self--5` is frame -5.
        """
        head, dash, extra = tail.partition("-")
        if not dash or not extra:
            self._refuse_missing_extra(kind, tail, at)
        extra = self._star(extra, at + len(head) + 1)
        return self._spec(name, kind, self._context(head, at), extra)

    def _timed(self, name: str, kind: str, tail: str, at: int) -> EventSpec:
        """timed = "time", "-self-", digits | "repeat", "-self-", digits, "-", digits ;"""
        head, dash, extra = tail.partition("-")
        if head != "self":
            self._refuse_time_context(kind, tail, head, at)
        if not dash or not extra:
            self._refuse_missing_extra(kind, tail, at)
        times = self._times(kind, extra, at + len(head) + 1)
        return self._spec(name, kind, head, times)

    def _global(self, name: str, kind: str, tail: str, at: int, dash: str) -> EventSpec:
        """global = "global" | "globaltime", "-", digits
        | "globalrepeat", "-", digits, "-", digits ;
        """
        head = tail.partition("-")[0]
        if head in CONTEXTS:
            span = (at - 1, min(self.end, at + len(head)))
            raise wrong(
                "needless-context",
                f"`{kind}` is independent of any job and has no context",
                self.text,
                span,
                f"leave out `-{head}`",
                "",
            )
        if kind == "global":
            if dash:
                self._refuse_needless_extra(kind, at)
            extra = None
        elif not tail:
            self._refuse_missing_extra(kind, tail, at)
        else:
            extra = self._times(kind, tail, at)
        spec = self._spec(name, kind, None, extra)
        self.notes.extend(remarks.about(spec, self.text))
        return spec

    def _times(self, kind: str, extra: str, at: int) -> str:
        """times = digits | digits, "-", digits ; an interval is at least 1 second."""
        wanted = 2 if kind in ("repeat", "globalrepeat") else 1
        fields = extra.split("-", wanted)
        if len(fields) != wanted or not all(map(_DIGITS.match, fields)):
            form = "TIME-INTERVAL" if wanted == 2 else "TIME"
            raise wrong(
                "bad-time",
                f"`{shown(extra)}` is not {form} in whole seconds",
                self.text,
                (at, self.end),
                "a time is in seconds since the Qube epoch: Unix time minus 946702800",
            )
        numbers = [field.lstrip("0") or "0" for field in fields]
        for number in numbers:
            if len(number) > 12 or int(number) > LATEST_TIME:
                message = f"`{shown(number)}` seconds is after the year 9999"
                raise wrong("bad-time", message, self.text, (at, self.end))
        if wanted == 2 and numbers[1] == "0":
            span = (self.end - len(fields[1]), self.end)
            message = "an interval must be at least 1 second"
            raise wrong("bad-time", message, self.text, span)
        return "-".join(numbers)

    def _context(self, context: str, at: int) -> str:
        """context = "self" | "parent" | job id | label ; never "*"."""
        span = (at, at + len(context))
        if context in STARS:
            raise wrong(
                "star-context",
                "`*` cannot be the context of a universal callback",
                self.text,
                span,
                "the callback is already attached to every job; write `self`",
                "self",
            )
        if not context:
            raise wrong("missing-context", "the context is empty", self.text, span)
        if _DIGITS.match(context):
            return self._job_id(context, span)
        first, dash, rest = context.partition("-")
        if dash and first in CONTEXTS and (not rest or _INTEGER.match(rest)):
            raise wrong(
                "needless-extra",
                f"`{shown(rest)}` does not belong after `{first}` here",
                self.text,
                (at + len(first), span[1]),
                f"leave out `{shown(dash + rest)}`",
                "",
            )
        return context

    def _job_id(self, digits: str, span: tuple[int, int]) -> str:
        number = digits.lstrip("0")
        if not number:
            message = "job id 0 means all of a user's jobs to Qube, never one job"
            raise wrong("bad-job-id", message, self.text, span)
        if len(number) > 19 or int(number) > LARGEST_ID:
            message = f"`{shown(digits)}` is too large for a job id"
            raise wrong("bad-job-id", message, self.text, span)
        return number

    def _star(self, extra: str, at: int) -> str:
        if extra != _ESCAPED:
            return extra
        self.notes.append(remarks.escaped_star((at, self.end)))
        return "*"

    def _spec(
        self, name: str, kind: str, context: str | None, extra: str | None
    ) -> EventSpec:
        return EventSpec(name, kind, context, extra, self.start, self.end)

    def _from_end(self, tail: str) -> int:
        return self.end - len(tail)

    # What cannot be read, each with the one thing to do about it.

    def _refuse_odd_character(self, word: str) -> NoReturn:
        at = next(at for at, char in enumerate(word) if not char.isprintable())
        raise odd_character(self.text, self.start + at)

    def _refuse_head(self, word: str, name: str, kind: str, tail: str) -> NoReturn:
        """Name and type cannot be read: say which mistake it most likely is."""
        start, text = self.start, self.text
        name_span = (start, start + len(name))
        kind_span = (name_span[1] + 1, name_span[1] + 1 + len(kind))
        if word.startswith("!") or name.lower() == "not":
            hint = "a trigger is made of what happened, never of what did not"
            span = (start, start + 1) if word[0] == "!" else name_span
            raise wrong("no-not", "a trigger has no `not`", text, span, hint)
        if name in TYPES and kind not in TYPES:
            full = f"{PLACEHOLDER}-" if name in TIME_TYPES else ""
            raise wrong(
                "missing-name",
                f"the event's name is missing before the type `{name}`",
                text,
                name_span,
                f"write `{full or 'NAME-'}{name}-…`",
                f"{full}{name}" if full else None,
            )
        if not NAME.match(name):
            raise self._bad_name(name, name_span)
        if name == "link":
            span = (start, min(self.end, start + 5))
            raise wrong(
                "link-prefix",
                "`link-` belongs to the dependency language, not to triggers",
                text,
                span,
                f"drop it: `{shown(word[5:])}`" if word[5:] else "drop it",
                "" if word[5:] else None,
            )
        if not kind:
            hint = f"write NAME-TYPE-CONTEXT, such as `{shown(name)}-job-self`"
            message = f"`{shown(name)}` has no type"
            raise wrong("missing-type", message, text, (start, kind_span[1]), hint)
        if kind in CONTEXTS:
            missing = "work" if tail else "job"
            raise wrong(
                "missing-type",
                f"the type is missing before `{kind}`",
                text,
                kind_span,
                f"write `{shown(name)}-{missing}-{kind}`",
                f"{missing}-{kind}",
            )
        raise self._unknown_type(kind, kind_span, tail)

    def _bad_name(self, name: str, span: tuple[int, int]) -> Exception:
        if not name:
            message, hint = "the event's name is missing before the hyphen", ""
            span = (span[0], span[0] + 1)
        else:
            message = f"`{shown(name)}` is not an event name"
            hint = "a name is a letter or _, then letters, digits or _"
        dash = _DASHES.search(name)
        if dash:
            hint = "this is a dash out of a text editor; write the hyphen `-`"
            span = (span[0] + dash.start(), span[0] + dash.end())
            message = f"`{dash[0]}` is no hyphen"
            return wrong("bad-name", message, self.text, span, hint, "-")
        return wrong("bad-name", message, self.text, span, hint)

    def _unknown_type(self, kind: str, span: tuple[int, int], tail: str) -> Exception:
        near = nearest_type(kind)
        hint = f"the types are {', '.join(TYPES)}"
        if near:
            hint = f"did you mean `{near}`?"
        elif any(field in TYPES for field in tail.split("-", 3)[:3]):
            hint = "an event's name cannot hold a hyphen"
        message = f"`{shown(kind)}` is not a type"
        return wrong("unknown-type", message, self.text, span, hint, near)

    def _refuse_time_name(self, name: str, kind: str) -> NoReturn:
        raise wrong(
            "time-name",
            f"an event of the type `{kind}` has the name `dummy`",
            self.text,
            (self.start, self.start + len(name)),
            "write `dummy`: a time has no name of its own",
            PLACEHOLDER,
        )

    def _refuse_missing_context(self, name: str, kind: str) -> NoReturn:
        full = f"{name}-{kind}-self" + {"job": ""}.get(kind, "-…")
        fits = kind == "job"
        raise wrong(
            "missing-context",
            f"`{shown(name)}-{kind}` does not say whose {kind}",
            self.text,
            (self.start, self.end),
            f"write `{shown(full)}` for the job itself",
            full if fits else None,
        )

    def _refuse_missing_extra(self, kind: str, tail: str, at: int) -> NoReturn:
        context = tail.rstrip("-")
        if context in STARS:
            context = "self"
        star = kind in ("subjob", "work", "host")
        needs = {"subjob": "an instance id or `*`", "host": "a host name or `*`"}
        needs |= {"work": "an item's name or `*`", "time": "a time of day"}
        needs |= {"globaltime": "a time of day"}
        raise wrong(
            "missing-extra",
            f"the type `{kind}` needs {needs.get(kind, 'TIME-INTERVAL')} at its end",
            self.text,
            (self.start, self.end),
            f"write `{shown(context)}-*` for any" if star else "",
            f"{self.text[self.start : at]}{context}-*" if star and context else None,
        )

    def _refuse_needless_extra(self, kind: str, at: int) -> NoReturn:
        message = f"nothing can follow the type `{kind}`"
        span = (at - 1, self.end)
        hint = "for a moment write `globaltime-TIME`"
        raise wrong("needless-extra", message, self.text, span, hint)

    def _refuse_instance(self, head: str, extra: str, at: int) -> NoReturn:
        number = f"-{extra}" if head.endswith("-") else extra
        raise wrong(
            "bad-extra",
            f"`{shown(number)}` is not an instance id",
            self.text,
            (self.end - len(number), self.end),
            "an instance id is an integer from 0; `*` matches any; for an agenda item "
            "the type is `work`",
        )

    def _refuse_time_context(
        self, kind: str, tail: str, head: str, at: int
    ) -> NoReturn:
        if _DIGITS.match(head):
            message = f"the type `{kind}` needs the context `self` before the time"
            code, replacement = "missing-context", f"self-{head}"
        else:
            message = f"the type `{kind}` is for the job itself: its context is `self`"
            code, replacement = "time-context", "self"
        span = (at, at + len(head))
        raise wrong(code, message, self.text, span, "", replacement)


def odd_character(text: str, at: int) -> Exception:
    """The error about a character that cannot be seen, or that looks like a blank."""
    char = text[at]
    span = (at, at + 1)
    if char in "\r\n":
        hint = "a trigger is one line of callbacks.conf"
        return wrong("line-break", "a line break in the trigger", text, span, hint, " ")
    message = f"the character U+{ord(char):04X} cannot stand in a trigger"
    blank = " " if char.isspace() else ""
    hint = "it only looks like a blank" if blank else "it cannot be seen; delete it"
    return wrong("odd-character", message, text, span, hint, blank)


_Reader = Callable[[EventReader, str, str, str, int], EventSpec]
_READERS: dict[str, _Reader] = {
    "job": EventReader._job,
    "subjob": EventReader._subjob,
    "work": EventReader._work,
    "host": EventReader._work,
    "time": EventReader._timed,
    "repeat": EventReader._timed,
}
