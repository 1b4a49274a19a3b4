"""Events of many frames as one line: `complete-work 1–12 · 12 ok`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from dashboard.queries.timeline import Entry
from qubecb.digits import is_digits

#: So many are told one by one.
_FEW = 2
#: Spans of numbers, or names, that a line has room for.
_SPANS = 4
_FRAMES = ("work", "subjob")


@dataclass(frozen=True, slots=True)
class Fold:
    """Events of one name and type, newest first, that came in one stretch."""

    name: str
    entries: tuple[Entry, ...]

    @property
    def newest(self) -> Entry:
        """The one in whose place the line stands."""
        return self.entries[0]

    @property
    def oldest(self) -> Entry:
        """The one that came first."""
        return self.entries[-1]

    @property
    def items(self) -> str:
        """Of which items: `1–12, 15`."""
        return spans(each.event.extra for each in self.entries if each.event)

    @property
    def states(self) -> list[tuple[str, int]]:
        """How many of their runs are in which state."""
        runs = (run.run.state for each in self.entries for run in each.runs)
        return Counter(runs).most_common()

    @property
    def silent(self) -> bool:
        """Whether nothing came of any of them."""
        return all(each.silent for each in self.entries)

    @property
    def goes_on(self) -> bool:
        """Whether something of one of them waits or runs."""
        return any(each.goes_on for each in self.entries)


def folded(entries: Sequence[Entry]) -> list[Entry | Fold]:
    """Give entries, newest first, with the frames of each stretch in one line a kind."""
    found: list[Entry | Fold] = []
    for frames, group in groupby(entries, _is_frame):
        stretch = list(group)
        found.extend(_folded(stretch) if frames else stretch)
    return found


def _is_frame(entry: Entry) -> bool:
    """Whether it is about an item or an instance, and nothing hangs below it."""
    event = entry.event
    frame = event is not None and event.type in _FRAMES and not entry.is_act
    return frame and not any(run.caused for run in entry.runs)


def _folded(stretch: list[Entry]) -> Iterator[Entry | Fold]:
    kinds: dict[str, list[Entry]] = {}
    for entry in stretch:
        kinds.setdefault(_kind(entry), []).append(entry)
    for entry in stretch:
        alike = kinds[_kind(entry)]
        if len(alike) <= _FEW:
            yield entry
        elif entry is alike[0]:
            yield Fold(_kind(entry), tuple(alike))


def _kind(entry: Entry) -> str:
    event = entry.event
    return f"{event.name}-{event.type}" if event else ""


def spans(extras: Iterable[str]) -> str:
    """Write items in few words: numbers as spans, `1–12, 15`, and others by their names."""
    texts = dict.fromkeys(each for each in extras if each)
    numbers = sorted(int(each) for each in texts if is_digits(each))
    parts = [*_spans(numbers), *(each for each in texts if not is_digits(each))]
    more = len(parts) - _SPANS
    shown = ", ".join(parts[:_SPANS])
    return f"{shown} and {more} more" if more > 0 else shown


def _spans(numbers: list[int]) -> Iterator[str]:
    # numbers that follow one another have the same distance from their places
    for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        first, *rest = (number for _, number in group)
        yield f"{first}–{rest[-1]}" if rest else str(first)
