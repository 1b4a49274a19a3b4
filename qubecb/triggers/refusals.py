"""Why an event spec cannot be read: each mistake with its place and the one thing to do.

Every function gives the error for its caller to raise.
"""

from __future__ import annotations

import re

from qubecb.digits import is_digits
from qubecb.errors import TriggerSyntaxError
from qubecb.events import NAME, TIME_TYPES
from qubecb.lookalikes import named
from qubecb.lookalikes import odd_character as odd_in
from qubecb.triggers.notes import proposal, shown, wrong
from qubecb.triggers.vocabulary import CONTEXTS, PLACEHOLDER, TYPES, nearest_type

Span = tuple[int, int]

_QUOTES = re.compile("[\u2018-\u201f\u00ab\u00bb\u2032\u2033\uff02\uff07]+")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_NEEDED = {
    "subjob": "an instance id or `*`",
    "work": "an item's name or `*`",
    "host": "a host name or `*`",
    "time": "a time of day",
    "repeat": "TIME-INTERVAL",
    "globaltime": "a time of day",
    "globalrepeat": "TIME-INTERVAL",
}
_STARRED = ("subjob", "work", "host")


def unreadable_head(text: str, span: Span) -> TriggerSyntaxError:
    """Name and type cannot be read: say which mistake it most likely is."""
    word = text[slice(*span)]
    name, _, rest = word.partition("-")
    kind, _, tail = rest.partition("-")
    name_span = (span[0], span[0] + len(name))
    kind_span = (name_span[1] + 1, name_span[1] + 1 + len(kind))
    if word.startswith("!") or name.lower() == "not":
        return _no_not(text, name_span)
    if _DASHES.search(f"{name}{kind}"):
        return _dash(text, span)
    if _QUOTES.search(word):
        return _curly_quote(text, span)
    if name in TYPES and kind not in TYPES:
        return _missing_name(text, name, name_span)
    if not NAME.match(name):
        return _bad_name(text, name, name_span)
    if name == "link":
        return _link_prefix(text, span)
    if not kind:
        hint = f"write NAME-TYPE-CONTEXT, such as `{shown(name)}-job-self`"
        message = f"`{shown(name)}` has no type"
        return wrong("missing-type", message, text, name_span, hint)
    if kind in CONTEXTS:
        return _missing_type(text, name, kind, kind_span, tail)
    return _unknown_type(text, kind, kind_span, tail)


def time_name(text: str, span: Span, kind: str) -> TriggerSyntaxError:
    """A time type whose event has another name than `dummy`."""
    message = f"an event of the type `{kind}` has the name `dummy`"
    hint = "write `dummy`: a time has no name of its own"
    return wrong("time-name", message, text, span, hint, PLACEHOLDER)


def missing_context(text: str, span: Span, name: str, kind: str) -> TriggerSyntaxError:
    """An event that ends after its type."""
    head = f"{name}-{kind}"
    meant = f"{head}-self"
    if kind in _STARRED:
        meant += "-*"
    elif kind != "job":
        meant += "-TIME"
    return wrong(
        "missing-context",
        f"`{shown(head)}` does not say whose {kind}",
        text,
        span,
        proposal(meant, " for the job itself"),
        None if kind in TIME_TYPES else meant,
    )


def empty_context(text: str, at: int) -> TriggerSyntaxError:
    """Two hyphens where a context would stand between them."""
    hint = "write `self` for the job itself"
    message = "the context is empty"
    return wrong("missing-context", message, text, (at, at + 1), hint, "self-")


def star_context(text: str, span: Span) -> TriggerSyntaxError:
    """A star where a single job is needed."""
    message = "`*` cannot be the context of a universal callback"
    hint = "the callback is already attached to every job; write `self`"
    return wrong("star-context", message, text, span, hint, "self")


def bad_job_id(text: str, span: Span) -> TriggerSyntaxError:
    """A job id that no job can have."""
    digits = text[slice(*span)]
    message = f"`{shown(digits)}` is too large for a job id"
    if not digits.strip("0"):
        message = "job id 0 means all of a user's jobs to Qube, never one job"
    hint = "write `self`, or the id of one job"
    return wrong("bad-job-id", message, text, span, hint)


def needless_part(text: str, span: Span, after: str) -> TriggerSyntaxError:
    """Something that looks like an extra, behind a context that takes none."""
    extra = shown(text[slice(*span)])
    message = f"`{extra}` does not belong after `{after}`"
    return wrong("needless-extra", message, text, span, f"leave out `{extra}`", "")


def needless_context(text: str, span: Span, kind: str) -> TriggerSyntaxError:
    """A context behind a type that is independent of any job."""
    message = f"`{kind}` is independent of any job and has no context"
    hint = f"leave out `{text[slice(*span)]}`"
    return wrong("needless-context", message, text, span, hint, "")


def missing_extra(text: str, span: Span, kind: str, tail: str) -> TriggerSyntaxError:
    """An event that ends where its type needs more; `tail` is what follows the type."""
    message = f"the type `{kind}` needs {_NEEDED[kind]} at its end"
    context = tail.rstrip("-")
    if kind not in _STARRED or not context:
        return wrong("missing-extra", message, text, span)
    if context in ("*", r"\*"):
        context = "self"
    meant = f"{text[span[0] : span[1] - len(tail)]}{context}-*"
    hint = proposal(meant, " for any")
    return wrong("missing-extra", message, text, span, hint, meant)


def uuid_context(text: str, span: Span, kind: str) -> TriggerSyntaxError:
    """A UUID as the context of a type that has an extra."""
    message = f"a UUID cannot be the context of the type `{kind}`: its hyphens part it"
    hint = "give the job a label without hyphens, and write the label in its place"
    return wrong("uuid-context", message, text, span, hint)


def after_global(text: str, span: Span) -> TriggerSyntaxError:
    """A plain `global` followed by something."""
    hint = "for a time write `globaltime-TIME`"
    message = "nothing can follow the type `global`"
    return wrong("needless-extra", message, text, span, hint)


def bad_instance(text: str, span: Span) -> TriggerSyntaxError:
    """A text that is not an instance id, where one is expected."""
    message = f"`{shown(text[slice(*span)])}` is not an instance id"
    hint = "write an integer from 0, or `*` for any; agenda items have the type `work`"
    return wrong("bad-extra", message, text, span, hint)


def time_context(text: str, span: Span, kind: str) -> TriggerSyntaxError:
    """A time whose context is not `self`, or is left out."""
    head = text[slice(*span)]
    if is_digits(head):
        message = f"the type `{kind}` needs the context `self` before the time"
        meant = f"self-{head}"
        return wrong("missing-context", message, text, span, proposal(meant), meant)
    message = f"the type `{kind}` is for the job itself: its context is `self`"
    return wrong("time-context", message, text, span, "write `self`", "self")


def bad_time(text: str, span: Span, wanted: int) -> TriggerSyntaxError:
    """Not `wanted` (1 or 2) whole numbers of seconds."""
    form = "TIME-INTERVAL" if wanted == 2 else "TIME"
    message = f"`{shown(text[slice(*span)])}` is not {form} in whole seconds"
    hint = "a time is in seconds since the Qube epoch: Unix time minus 946702800"
    return wrong("bad-time", message, text, span, hint)


def time_too_large(text: str, span: Span) -> TriggerSyntaxError:
    """A number of seconds beyond the year 9999."""
    message = f"`{shown(text[slice(*span)])}` seconds reach beyond the year 9999"
    return wrong("bad-time", message, text, span)


def zero_interval(text: str, span: Span) -> TriggerSyntaxError:
    """An interval of zero seconds."""
    message = "an interval must be at least 1 second"
    return wrong("bad-time", message, text, span)


def odd_character(text: str, at: int) -> TriggerSyntaxError:
    """A character that cannot be seen, or that only looks like a blank."""
    char = text[at]
    span = (at, at + 1)
    if char in "\r\n":
        hint = "a trigger is one line of callbacks.conf"
        return wrong("line-break", "a line break in the trigger", text, span, hint, " ")
    message = f"the character {named(char)} is not allowed in a trigger"
    blank = " " if char.isspace() else ""
    hint = "it only looks like a blank" if blank else "it cannot be seen; delete it"
    return wrong("odd-character", message, text, span, hint, blank)


def _no_not(text: str, name_span: Span) -> TriggerSyntaxError:
    start, end = name_span
    span = (start, start + 1) if text[start] == "!" else (start, end)
    hint = "a trigger is made of what happened, never of what did not"
    return wrong("no-not", "a trigger has no `not`", text, span, hint)


def _missing_name(text: str, kind: str, span: Span) -> TriggerSyntaxError:
    meant = f"{PLACEHOLDER}-{kind}" if kind in TIME_TYPES else None
    message = f"the event's name is missing before the type `{kind}`"
    hint = f"write `{meant or f'NAME-{kind}'}-…`"
    return wrong("missing-name", message, text, span, hint, meant)


def _bad_name(text: str, name: str, span: Span) -> TriggerSyntaxError:
    if not name:
        message = "the event's name is missing before the hyphen"
        return wrong("missing-name", message, text, (span[0], span[0] + 1))
    message = f"`{shown(name)}` is not an event name{_odd(name)}"
    hint = (
        "a name is a letter or _, then letters, digits or _ (a to z, without accents)"
    )
    return wrong("bad-name", message, text, span, hint)


def _dash(text: str, span: Span) -> TriggerSyntaxError:
    """Dashes where hyphens were meant; the replacement is for all of them in the word."""
    found = list(_DASHES.finditer(text, *span))
    place = (found[0].start(), found[-1].end())
    message = f"{named(found[0][0])} is not a hyphen"
    hint = "this is a dash from a text editor; write the hyphen `-`"
    mend = _DASHES.sub("-", text[slice(*place)])
    return wrong("bad-name", message, text, place, hint, mend)


def _curly_quote(text: str, span: Span) -> TriggerSyntaxError:
    """Quotes out of a text editor; the replacement is for all of them in the word."""
    found = list(_QUOTES.finditer(text, *span))
    place = (found[0].start(), found[-1].end())
    message = f"the quotation mark {named(found[0][0][0])} is not allowed in a trigger"
    hint = "write the trigger without quotes"
    mend = _QUOTES.sub("", text[slice(*place)])
    return wrong("quote", message, text, place, hint, mend)


def _odd(word: str) -> str:
    odd = odd_in(word)
    return f": {odd}" if odd else ""


def _link_prefix(text: str, span: Span) -> TriggerSyntaxError:
    """An event of the dependency language, or several joined by commas."""
    word = text[slice(*span)]
    rest, meant = word[5:], _without_links(word) if word[5:] else ""
    message = "`link-` belongs to the dependency language, not to triggers"
    if meant and meant != rest:
        return wrong("link-prefix", message, text, span, proposal(meant), meant)
    prefix = (span[0], span[1] - len(rest))
    hint = f"drop it: `{shown(rest)}`" if meant else "drop it"
    return wrong("link-prefix", message, text, prefix, hint, "" if meant else None)


def _without_links(word: str) -> str:
    """What a dependency says, as a trigger; empty where that is not certain.

    A comma means "and" there, and items and instances that are not named mean each of them.
    """
    events = [one.removeprefix("link-") for one in word.split(",")]
    if not all(events):
        return ""
    return " && ".join(
        f"{event}-*"
        if event.count("-") == 2 and event.split("-")[1] in _STARRED
        else event
        for event in events
    )


def _missing_type(
    text: str, name: str, context: str, span: Span, tail: str
) -> TriggerSyntaxError:
    meant = f"{'work' if tail else 'job'}-{context}"
    message = f"the type is missing before `{context}`"
    hint = proposal(f"{name}-{meant}")
    return wrong("missing-type", message, text, span, hint, meant)


def _unknown_type(text: str, kind: str, span: Span, tail: str) -> TriggerSyntaxError:
    near = nearest_type(kind)
    hint = f"the types are {', '.join(TYPES)}"
    if near:
        hint = f"did you mean `{near}`?"
    elif any(field in TYPES for field in tail.split("-", 3)[:3]):
        hint = "an event's name cannot hold a hyphen"
    message = f"`{shown(kind)}` is not a type{_odd(kind)}"
    return wrong("unknown-type", message, text, span, hint, near)
