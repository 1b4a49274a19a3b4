"""What a verb is done to: a job `1234`, an instance `1234.0`, an agenda item `1234:7`.

The spellings are those of "Python API Reference" of Qube's documentation.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qubecb.errors import BadTarget
from qubecb.jobs.ids import PATTERN, JobId, fault, job_id

JOB = "job"
INSTANCE = "subjob"
ITEM = "work"

_TARGET = re.compile(rf"({PATTERN})(?:\.([0-9]{{1,9}})|:(.+))?", re.ASCII | re.DOTALL)
_PART = re.compile(r"(-?[0-9]{1,18})(?:-(-?[0-9]{1,18})(?:x([0-9]{1,9}))?)?", re.ASCII)
LONGEST_TARGET = 1100
#: Most numbers that the ranges of one call may contain.
MOST_LOOKED_AT = 1_000_000
_ZERO = (
    "id 0 means all of the user's jobs to Qube and is refused everywhere; "
    "name the jobs one by one"
)


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that a verb is done to."""

    job: JobId
    instance: int | None = None
    #: An item's name, or a range of names.
    item: str | None = None

    @property
    def kind(self) -> str:
        """Job, subjob or work."""
        if self.item is not None:
            return ITEM
        return JOB if self.instance is None else INSTANCE

    def __str__(self) -> str:
        if self.item is not None:
            return f"{self.job}:{self.item}"
        return f"{self.job}" if self.instance is None else f"{self.job}.{self.instance}"


def parse_target(text: str) -> Target:
    """Read `1234`, `1234.0` or `1234:7`.

    Raises BadTarget for everything else, id 0 among it. An item's name may hold colons:
    the first one splits.
    """
    found = _TARGET.fullmatch(text) if len(text) <= LONGEST_TARGET else None
    if not found or not _storable(text):
        raise BadTarget(
            f"{_shown(text)} is not an id; write a job as 1234, an instance as 1234.0, "
            "an agenda item as 1234:7"
        )
    written, instance, item = found.groups()
    job = job_id(written)
    if job is None:
        if not written.strip("0"):
            raise BadTarget(_ZERO)
        raise BadTarget(f"{_shown(text)} is not an id: it {fault(written, 1)}")
    return Target(job, None if instance is None else int(instance), item)


class ItemNames:
    """Finds items of one job by name or by range, however many are asked for."""

    def __init__(self, names: Iterable[str]) -> None:
        self._places = {name: place for place, name in enumerate(names)}
        self._numbers: list[int] = []
        self._by_number: dict[int, list[str]] = {}
        self._looked_at = 0

    def named_by(self, item: str) -> Sequence[str]:
        """Give the items that `item` means, in the order of the names.

        An exact name comes first; only when no item bears it, `25-29`, `1-10x2` and `3,7`
        are read as ranges of frame numbers. Raises BadTarget when there are too many of them.
        """
        if item in self._places:
            return (item,)
        parts = [_PART.fullmatch(part) for part in item.split(",")]
        ranges = [_range(part) for part in parts if part]
        if len(ranges) != len(parts):
            return ()
        if not self._by_number:
            self._number()
        found = {name for one in ranges for name in self._within(one)}
        return sorted(found, key=self._places.__getitem__)

    def _number(self) -> None:
        for name in self._places:
            number = _PART.fullmatch(name)
            if number is not None and number.group(2) is None:
                self._by_number.setdefault(int(name), []).append(name)
        self._numbers = sorted(self._by_number)

    def _within(self, one: range) -> Iterator[str]:
        """The names in a range: its numbers are gone through, or the items' if fewer."""
        start = bisect_left(self._numbers, one.start)
        end = bisect_left(self._numbers, one.stop)
        looked_at = min(len(one), end - start)
        self._looked_at += looked_at
        if self._looked_at > MOST_LOOKED_AT:
            raise BadTarget("there are too many ranges of agenda items; name fewer")
        if looked_at == len(one):
            numbers: Iterable[int] = (each for each in one if each in self._by_number)
        else:
            numbers = (each for each in self._numbers[start:end] if each in one)
        return (name for number in numbers for name in self._by_number[number])


def _range(part: re.Match[str]) -> range:
    first, last, step = part.groups()
    return range(int(first), int(last or first) + 1, max(1, int(step or 1)))


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return text.isprintable()


def _shown(text: str) -> str:
    cut = text if len(text) <= 60 else text[:60] + "…"
    return ascii(cut) if not cut.isprintable() else repr(cut)
