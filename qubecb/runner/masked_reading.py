"""Reads a part of what a run wrote, masked: also where a secret begins before it or ends after.

Who follows a growing file, and who keeps its beginning and its end only, never masks the whole
of it. How much is read besides the part is bounded, whatever the file holds.
"""

from __future__ import annotations

import os

from qubecb.runner.mask import AFTER, BEFORE, PORTION, masked


def read_masked(descriptor: int, start: int, length: int) -> bytes:
    """The bytes of a file from an offset on, at most so many, as people may see them."""
    before = _before(descriptor, start)
    data = _read(descriptor, start, length + AFTER)
    shown = masked(before + data)
    return shown[len(before) :][:length]


def _before(descriptor: int, start: int) -> bytes:
    """What stands before a place, as far as the mask needs it: whole lines, if they are short.

    Of a word that is longer than a portion its beginning is given: there a secret's name is.
    """
    context = _read(descriptor, max(0, start - PORTION), min(start, PORTION))
    line = context.rfind(b"\n", 0, max(0, len(context) - BEFORE))
    if line >= 0:
        return context[line + 1 :]
    if len(context) == PORTION and _last_space(context) < 0:
        word = _beginning_of_word(descriptor, start - PORTION)
        return _read(descriptor, max(0, word - AFTER), AFTER + BEFORE)
    return context


def _beginning_of_word(descriptor: int, end: int) -> int:
    """Where the word begins that goes on at `end`, looked for backwards."""
    while end > 0:
        at = max(0, end - PORTION)
        space = _last_space(_read(descriptor, at, end - at))
        if space >= 0:
            return at + space + 1
        end = at
    return 0


def _last_space(data: bytes) -> int:
    return max(data.rfind(space) for space in (b" ", b"\n", b"\t"))


def _read(descriptor: int, start: int, length: int) -> bytes:
    parts = []
    while length > 0:
        part = os.pread(descriptor, length, start)
        if not part:
            break
        parts.append(part)
        start, length = start + len(part), length - len(part)
    return b"".join(parts)
