"""The mask: what people may see of what a run said.

Everything that is stored of a run goes through here first: its output, its reason, its
traceback, its notes, what it asked of the farm. Secrets are replaced by as many asterisks, so
that offsets into the output stay what they were; what is masked stays as it is when it is
masked again.

A text of any length is masked in time linear in it, a portion at a time, so that no other
thread waits long: each pattern begins with a fixed word, and what follows is either bounded or
never gone back over (`*+`, `?+`). What a pattern needs to see before and after a place
is given to it from the portions around (`BEFORE`, `AFTER`).

What is secret is said by rules (`secret_rules`): by its form, or by what stands before it. A
courtesy, not a guarantee.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from qubecb.runner.secret_rules import RULES
from qubecb.runner.secret_rules.rule import Rule
from qubecb.runner.secret_rules.shapes import GOES_ON

#: Bytes masked at a time.
PORTION = 64 * 1024
#: Bytes before and after a portion that are looked at: more than any pattern needs but for a
#: secret's own length, and that is known by the asterisks before the portion.
BEFORE, AFTER = 4 * 1024, 512

_STARS = bytes(byte if byte in b"\0\r\n" else ord("*") for byte in range(256))
#: So many asterisks before a portion mean that its beginning goes on with a secret.
_LONG = 1024
_KEY = re.compile(rb"-----BEGIN [A-Z ]{0,32}PRIVATE KEY(?: BLOCK)?-----\Z").search
_SHORT = 4 * 1024


def _any_of(stems: Iterable[bytes]) -> re.Pattern[bytes]:
    """Finds one of them, which are tried by their first letter."""
    by_letter: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for stem in sorted(stems):
        by_letter[stem[:1]].append(re.escape(stem[1:]))
    parts = (
        re.escape(one) + b"(?:%s)" % b"|".join(rest) for one, rest in by_letter.items()
    )
    return re.compile(b"|".join(parts))


#: Most texts are short and hold none of them: they are looked at once.
_FIRST_STEMS = {first for rule in RULES for first, *_ in rule.stems}
_ANY_STEM = _any_of(_FIRST_STEMS).search


class _Known(dict[bytes, bool]):
    """Which stems are in a text, found out when they are asked for."""

    def __init__(self, text: bytes) -> None:
        super().__init__()
        self._text = text

    def __missing__(self, stem: bytes) -> bool:
        found = self[stem] = stem in self._text
        return found

    def rules(self) -> Iterator[Rule]:
        first = {stem for stem in _FIRST_STEMS if self[stem]}
        for rule in RULES:
            if not first.isdisjoint(rule.first_stems) and any(
                all(map(self.__getitem__, stems)) for stems in rule.stems
            ):
                yield rule


def masked(data: bytes) -> bytes:
    """The data as people may see it, as long as it was."""
    if len(data) <= PORTION:
        return _masked(data)
    parts: list[bytes] = []
    before = b""
    for at in range(0, len(data), PORTION):
        end = at + PORTION
        window = _masked(before + data[at : end + AFTER])[: len(before) + PORTION]
        parts.append(window[len(before) :])
        before = _within_a_secret(window) or data[max(0, end - BEFORE) : end]
    return b"".join(parts)


def masked_text(text: str) -> str:
    """The text as people may see it."""
    data = text.encode("utf-8", "surrogatepass")
    found = masked(data)
    return text if found == data else found.decode("utf-8", "replace")


def masked_texts(texts: Sequence[str]) -> list[str]:
    """Many short texts at once, none of which holds a NUL."""
    return masked_text("\0".join(texts)).split("\0") if texts else []


def _within_a_secret(window: bytes) -> bytes:
    """Where a long secret goes on behind the window: how it began. Else nothing."""
    lines = window.rstrip(b"*\r\n")
    if _KEY(lines[-80:]):
        return lines[-AFTER:] + GOES_ON
    if window.endswith(b"*" * _LONG):
        return window.rstrip(b"*")[-AFTER:] + GOES_ON
    return b""


def _masked(window: bytes) -> bytes:
    lower = window.lower()
    if len(lower) <= _SHORT and not _ANY_STEM(lower):
        return window
    for rule in _Known(lower).rules():
        for pattern in rule.patterns:
            parts = pattern.split(window)
            if len(parts) > 1:
                parts[2::3] = _stars(parts[2::3])
                window = b"".join(parts)
    return window


def _stars(secrets: list[bytes]) -> list[bytes]:
    """Asterisks for each; lines stay lines. No secret holds a NUL."""
    return b"\0".join(secrets).translate(_STARS).split(b"\0")
