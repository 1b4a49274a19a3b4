"""A three-way merge of a callbacks.conf: two edits of the same file, line by line.

Lines that only one side changed are taken from that side. Where both changed the same lines
in different ways there is a conflict, which a person decides. A file of mappings is a list,
so either side may change a line next to one that the other side changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qubecb.conffile.comparing import same_parts
from qubecb.conffile.document import Document

Lines = tuple[bytes, ...]
Choice = Literal["mine", "theirs", "both"]


@dataclass(frozen=True, slots=True)
class Agreed:
    """Lines of the result about which there is no question."""

    lines: Lines


@dataclass(frozen=True, slots=True)
class Conflict:
    """Lines that both sides changed, each in its own way."""

    base: Lines
    mine: Lines
    theirs: Lines
    #: The number, from 1, of the first of them in the file that both began with.
    line: int

    def chosen(self, choice: Choice) -> Lines:
        """The lines of one side, or of both, theirs first."""
        known = frozenset(self.theirs)
        both = (*self.theirs, *(line for line in self.mine if line not in known))
        return {"mine": self.mine, "theirs": self.theirs, "both": both}[choice]


@dataclass(frozen=True, slots=True)
class Merge:
    """The merge of two edits of one file."""

    parts: tuple[Agreed | Conflict, ...]
    ending: bytes

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What a person must decide, in the order of the file; empty for a clean merge."""
        return tuple(part for part in self.parts if isinstance(part, Conflict))

    def resolved(self, choices: Sequence[Choice] = ()) -> bytes:
        """The merged file, with a choice for each conflict; raises ValueError if one is missing."""
        left = list(choices)
        if len(left) != len(self.conflicts):
            raise ValueError(f"{len(self.conflicts)} conflicts, {len(left)} choices")
        lines: list[bytes] = []
        for part in self.parts:
            if isinstance(part, Conflict):
                lines += part.chosen(left.pop(0))
            else:
                lines += part.lines
        return b"".join(self._ended(lines))

    def _ended(self, lines: Sequence[bytes]) -> Iterator[bytes]:
        """The lines, each but the last with an ending: what was last may not be any more."""
        for at, line in enumerate(lines, 1):
            bare = at < len(lines) and not line.endswith((b"\n", b"\r"))
            yield line + self.ending if bare else line


def merge(base: bytes, mine: bytes, theirs: bytes) -> Merge:
    """Merge two edits of `base`."""
    files = [file.splitlines(keepends=True) for file in (base, mine, theirs)]
    parts: list[Agreed | Conflict] = []
    for stretch in _stretches(*files):
        parts += _decided(*stretch)
    return Merge(tuple(parts), Document.from_bytes(theirs).ending)


def _stretches(
    base: list[bytes], mine: list[bytes], theirs: list[bytes]
) -> Iterator[tuple[int, Lines, Lines, Lines]]:
    """Cut the three files at the lines that all of them have: (line, base, mine, theirs)."""
    in_mine, in_theirs = _places(base, mine), _places(base, theirs)
    at = (0, 0, 0)
    anchors = sorted(in_mine.keys() & in_theirs.keys())
    ends = [(line, in_mine[line], in_theirs[line]) for line in anchors]
    for end in [*ends, (len(base), len(mine), len(theirs))]:
        if at != end:
            yield (
                at[0] + 1,
                tuple(base[at[0] : end[0]]),
                tuple(mine[at[1] : end[1]]),
                tuple(theirs[at[2] : end[2]]),
            )
        same = tuple(base[end[0] : end[0] + 1])
        yield (end[0] + 1, same, same, same)
        at = (end[0] + 1, end[1] + 1, end[2] + 1)


def _places(base: list[bytes], other: list[bytes]) -> dict[int, int]:
    """Where in `other` each line of `base` is, for those that are still there."""
    return {
        same.before + at: same.after + at
        for same in same_parts(base, other)
        for at in range(same.size)
    }


def _decided(
    line: int, base: Lines, mine: Lines, theirs: Lines
) -> Iterator[Agreed | Conflict]:
    """One stretch: whose lines count, or a conflict; line by line where that can be told."""
    if mine in (base, theirs):
        yield Agreed(theirs)
    elif theirs == base:
        yield Agreed(mine)
    elif len(base) == len(mine) == len(theirs) > 1:
        for at, each in enumerate(zip(base, mine, theirs, strict=True)):
            yield from _decided(line + at, (each[0],), (each[1],), (each[2],))
    else:
        yield Conflict(base, mine, theirs, line)
