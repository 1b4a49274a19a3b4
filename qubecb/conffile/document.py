"""A callbacks.conf as lines that keep every byte.

A line owns its ending, so the document joined is the file: LF, CRLF, CR, a mixture, no final
newline, a byte order mark, bytes that are not UTF-8 and NUL bytes all survive. An edit makes a
new document; nothing is changed in place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: How a UTF-16 file begins; neither qubecb nor Qube reads it.
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number, from 1, and its bytes with their ending."""

    number: int
    raw: bytes

    @property
    def ending(self) -> bytes:
        """`\\n`, `\\r\\n`, `\\r`, or nothing for a last line without newline."""
        for ending in (b"\r\n", b"\n", b"\r"):
            if self.raw.endswith(ending):
                return ending
        return b""

    @property
    def mark(self) -> bytes:
        """The byte order mark, which only a first line can have."""
        found = self.number == 1 and self.raw.startswith(BYTE_ORDER_MARK)
        return BYTE_ORDER_MARK if found else b""

    @property
    def content(self) -> bytes:
        """The bytes without byte order mark and ending."""
        return self.raw[len(self.mark) : len(self.raw) - len(self.ending)]

    @property
    def text(self) -> str:
        """The content as text; bytes that are not UTF-8 become lone surrogates."""
        return self.content.decode("utf-8", "surrogateescape")

    def with_text(self, text: str) -> Line:
        """The same line, same mark and ending, with another text."""
        content = text.encode("utf-8", "surrogateescape")
        return replace(self, raw=self.mark + content + self.ending)


@dataclass(frozen=True, slots=True)
class Document:
    """A file as lines; `to_bytes` of `from_bytes` is the file."""

    lines: tuple[Line, ...] = ()
    path: Path | None = None

    @classmethod
    def from_bytes(cls, data: bytes, path: Path | None = None) -> Document:
        """Cut bytes into lines."""
        return cls(
            tuple(Line(*item) for item in enumerate(data.splitlines(keepends=True), 1)),
            path,
        )

    def to_bytes(self) -> bytes:
        """The file's bytes."""
        return b"".join(line.raw for line in self.lines)

    @property
    def ending(self) -> bytes:
        """The line ending that this file uses most; `\\n` if it has none."""
        endings = Counter(line.ending for line in self.lines if line.ending)
        return endings.most_common(1)[0][0] if endings else b"\n"

    def line(self, number: int) -> Line | None:
        """The line of that number, from 1, or None."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else None

    def with_line(self, number: int, text: str) -> Document:
        """The document with another text on one line, its ending as it was."""
        return self._renumbered(
            line.with_text(text) if line.number == number else line
            for line in self.lines
        )

    def without_lines(self, numbers: Iterable[int]) -> Document:
        """The document without some lines. A byte order mark stays at its beginning."""
        gone = frozenset(numbers)
        kept = [line for line in self.lines if line.number not in gone]
        mark = self.lines[0].mark if self.lines and 1 in gone else b""
        if mark and not kept:
            kept = [Line(1, b"")]
        if mark:
            kept[0] = Line(1, mark + kept[0].raw)
        return self._renumbered(kept)

    def with_lines_before(self, number: int, texts: Sequence[str]) -> Document:
        """The document with new lines before line `number`, with the file's own ending.

        A number after the last line appends; a last line without newline gets one then.
        """
        number = min(number, len(self.lines) + 1)
        new = [text.encode("utf-8", "surrogateescape") + self.ending for text in texts]
        before = [line.raw for line in self.lines[: number - 1]]
        after = [line.raw for line in self.lines[number - 1 :]]
        if before and not self.lines[number - 2].ending:
            before[-1] += self.ending
        if new and not before and self.lines and self.lines[0].mark:
            new[0] = BYTE_ORDER_MARK + new[0]
            after[0] = after[0].removeprefix(BYTE_ORDER_MARK)
        return self._renumbered(
            Line(index, raw) for index, raw in enumerate([*before, *new, *after], 1)
        )

    def _renumbered(self, lines: Iterable[Line]) -> Document:
        return Document(
            tuple(Line(index, line.raw) for index, line in enumerate(lines, 1)),
            self.path,
        )


def shown(text: str) -> str:
    """Text that can be printed, stored and sent: undecodable bytes as `\\udcff`."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
