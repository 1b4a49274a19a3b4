"""A trigger's text cut into parts with a kind each, for colouring; broken text too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from qubecb.errors import TriggerSyntaxError
from qubecb.events import NAME
from qubecb.triggers.event_grammar import STARS
from qubecb.triggers.grammar import parse
from qubecb.triggers.tokens import Token, tokenize
from qubecb.triggers.vocabulary import GLOBAL_TYPES, TYPES

PartKind = Literal[
    "name",
    "type",
    "context",
    "extra",
    "hyphen",
    "operator",
    "parenthesis",
    "blank",
    "broken",
]
Span = tuple[int, int]
_KINDS: dict[str, PartKind] = {
    "blank": "blank",
    "and": "operator",
    "or": "operator",
    "open": "parenthesis",
    "close": "parenthesis",
}


class Part(NamedTuple):
    """A piece of a trigger's text: what it is, and where (0-based, half open)."""

    kind: PartKind
    text: str
    start: int
    end: int


def parts(text: str) -> list[Part]:
    """Cut any text, a trigger or not, into coloured parts; joined, they are the text.

    What a TriggerSyntaxError points at is `broken`, and so is what can be no name and no
    type anywhere in the text. In time linear in the length.
    """
    wrong = _wrong_span(text)
    found: list[Part] = []
    for token in tokenize(text):
        for part in _coloured(text, token):
            found.extend(_cut(part, wrong))
    return found


def _wrong_span(text: str) -> Span:
    try:
        parse(text)
    except TriggerSyntaxError as error:
        return error.start, error.end
    return len(text), len(text)


def _coloured(text: str, token: Token) -> Iterator[Part]:
    kind, start, end = token
    if kind == "event":
        yield from _fields(text[start:end], start)
    else:
        yield Part(_KINDS.get(kind, "broken"), text[start:end], start, end)


def _cut(part: Part, wrong: Span) -> Iterator[Part]:
    """The part, with what lies in the wrong span as a broken part of its own."""
    kind, text, start, end = part
    left, right = max(start, wrong[0]), min(end, wrong[1])
    if left >= right or kind == "broken":
        yield part
        return
    if start < left:
        yield Part(kind, text[: left - start], start, left)
    yield Part("broken", text[left - start : right - start], left, right)
    if right < end:
        yield Part(kind, text[right - start :], right, end)


def _fields(word: str, start: int) -> Iterator[Part]:
    """An event spec's fields by their position, also when it cannot be read."""
    for kind, text in _named(word):
        if text:
            yield Part(kind, text, start, start + len(text))
            start += len(text)


def _named(word: str) -> list[tuple[PartKind, str]]:
    name, dash, rest = word.partition("-")
    kind, more, tail = rest.partition("-")
    if name in GLOBAL_TYPES and kind not in TYPES:
        return [("type", name), ("hyphen", dash), ("extra", rest)]
    head: list[tuple[PartKind, str]] = [
        ("name" if NAME.match(name) else "broken", name),
        ("hyphen", dash),
        ("type" if kind in TYPES else "broken", kind),
        ("hyphen", more),
    ]
    if kind in GLOBAL_TYPES:
        return [*head, ("extra", tail)]
    context, hyphen, extra = _split(kind, tail)
    return [*head, ("context", context), ("hyphen", hyphen), ("extra", extra)]


def _split(kind: str, tail: str) -> tuple[str, str, str]:
    """Context, hyphen and extra, cut as the grammar of this type cuts them."""
    if kind == "subjob" and "-" in tail:
        return tail.rpartition("-")
    if kind == "job":
        context, hyphen, extra = tail.rpartition("-")
        return (
            (context, hyphen, extra) if extra in STARS and context else (tail, "", "")
        )
    return tail.partition("-")
