"""A callbacks.conf as text that a browser can hold, and back without losing a byte.

A text field knows one line ending, no NUL and no byte that is not UTF-8. So the text that is
edited shows U+FFFD for each of those, and what comes back is laid over the file that it was
made from: a line that is still the same keeps its bytes, a changed line keeps its ending and,
character by character, whatever was left alone in it. New lines get the file's own ending.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from qubecb.conffile.comparing import Edit, edits, same_parts
from qubecb.conffile.document import BYTE_ORDER_MARK, Document, Line

REPLACEMENT = "\ufffd"
_ENDINGS = re.compile(r"\r\n|\r|\n")
_UNSHOWABLE = re.compile("[\0\ud800-\udfff]")
#: So many times, for a whole stretch, a line is compared with another one.
_MOST_COMPARED = 10_000
_MUCH = 500

#: A line's text, and whether it is ended.
Typed = tuple[str, bool]


def editor_text(document: Document) -> str:
    """The file as text with `\\n` as its only ending, U+FFFD for what a browser cannot hold."""
    plain = _plain(document)
    if plain is not None:
        return plain
    return "".join(text + "\n" * ended for text, ended in _shown(document))


def retyped(document: Document, text: str) -> Document:
    """The file that the edited text means, made from the file that the text was made from.

    Text in which nothing was changed gives the file itself, byte for byte, also when a
    browser has changed every line ending on its way.
    """
    shown = _UNSHOWABLE.sub(REPLACEMENT, text)
    if _plain(document) is not None:
        return Document.from_bytes(_ENDINGS.sub("\n", shown).encode(), document.path)
    new = _typed(shown)
    old = list(_shown(document))
    raws: list[bytes] = []
    usual = document.ending
    for edit in edits(old, new):
        if edit.same:
            raws += _kept(document, edit)
        else:
            raws += _changed(document, edit, new, usual)
    mark = document.lines[0].mark if document.lines else b""
    return Document.from_bytes(mark + _joined(raws), document.path)


def _plain(document: Document) -> str | None:
    """The text of a file that has nothing to be kept beside it, as most have; else None."""
    data = document.to_bytes()
    if b"\r" in data or b"\0" in data or data.startswith(BYTE_ORDER_MARK):
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _shown(document: Document) -> Iterator[Typed]:
    for line in document.lines:
        if line.content or line.ending:
            yield _UNSHOWABLE.sub(REPLACEMENT, line.text), bool(line.ending)


def _typed(text: str) -> list[Typed]:
    parts = _ENDINGS.split(text)
    return [
        *((part, True) for part in parts[:-1]),
        *([(parts[-1], False)] * bool(parts[-1])),
    ]


def _kept(document: Document, edit: Edit) -> list[bytes]:
    lines = document.lines[edit.before : edit.before_end]
    return [line.raw[len(line.mark) :] for line in lines]


def _changed(
    document: Document, edit: Edit, new: Sequence[Typed], usual: bytes
) -> Iterator[bytes]:
    """The lines of a changed stretch: bytes from the line that is most like each."""
    old = document.lines[edit.before : edit.before_end]
    odd = [at for at, line in enumerate(old) if _UNSHOWABLE.search(line.text)]
    most = max(3, _MOST_COMPARED // (edit.after_end - edit.after or 1))
    for at, (text, ended) in enumerate(new[edit.after : edit.after_end]):
        content = text.encode()
        if REPLACEMENT in text:
            content = _restored(text, [old[each] for each in _near(odd, at, most)])
        beside = old[at].ending if at < len(old) else b""
        yield content + ((beside or usual) if ended else b"")


def _near(places: Sequence[int], at: int, most: int) -> Sequence[int]:
    """So many of the places as are nearest to one, about half of them on either side."""
    first = max(0, min(bisect_left(places, at) - most // 2, len(places) - most))
    return places[first : first + most]


def _restored(text: str, odd: Sequence[Line]) -> bytes:
    """The text's bytes, with those of the most similar old line where it was left alone.

    A line that is much longer is not the same line, and comparing it would take long.
    """
    alike = [line for line in odd if len(line.raw) <= 4 * len(text) + _MUCH]
    if not alike:
        return text.encode()
    old = max(alike, key=lambda line: _likeness(line.text, text)).text
    shown, characters = _UNSHOWABLE.sub(REPLACEMENT, old), list(text)
    for same in same_parts(shown, text):
        characters[same.after : same.after + same.size] = old[
            same.before : same.before + same.size
        ]
    return "".join(characters).encode("utf-8", "surrogateescape")


def _likeness(old: str, new: str) -> float:
    return SequenceMatcher(None, _UNSHOWABLE.sub(REPLACEMENT, old), new).quick_ratio()


def _joined(raws: Sequence[bytes]) -> bytes:
    """Lines in a row; an empty line after one that ends in `\\r` must not become its `\\n`."""
    parts: list[bytes] = []
    for raw in raws:
        glued = raw == b"\n" and parts and parts[-1].endswith(b"\r")
        parts.append(b"\r" if glued else raw)
    return b"".join(parts)
