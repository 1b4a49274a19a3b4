"""A trigger as frozen values: event specs joined by And and Or.

Follows "Triggers" and "Trigger Event Syntax" of Qube's documentation. Two nodes are equal
when they mean the same, wherever they stand in their texts: offsets do not count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from qubecb.digits import whole_number
from qubecb.events import DONE_NAMES, TIME_TYPES
from qubecb.triggers.notes import Note
from qubecb.triggers.vocabulary import GLOBAL_TYPES, unix_time

ContextKind = Literal["self", "parent", "label", "job"]


@dataclass(frozen=True, slots=True)
class EventSpec:
    """One event of a trigger: `name-type-context-extra`.

    `context` is None for the global types, `extra` where the type has none; numbers are
    written without leading zeros. `start` and `end` say where it stands in the trigger.
    """

    name: str
    type: str
    context: str | None
    extra: str | None = None
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    #: The one text that means this spec: progress and indexes use it as the key.
    canonical: str = field(init=False, compare=False, repr=False)
    context_kind: ContextKind | None = field(init=False, compare=False, repr=False)
    #: The job's id for the kind `job`, the label for `label`, else None.
    context_value: int | str | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        kind, value = _context(self.context)
        object.__setattr__(self, "context_kind", kind)
        object.__setattr__(self, "context_value", value)
        name = None if self.type in GLOBAL_TYPES else self.name
        fields = (name, self.type, self.context, self.extra)
        text = "-".join([part for part in fields if part is not None])
        object.__setattr__(self, "canonical", text)

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The names and types of the events that may satisfy it: for `done` also what implies it."""
        implied = sorted(DONE_NAMES) if self.name == "done" else []
        return [(name, self.type) for name in (self.name, *implied)]

    @property
    def is_time(self) -> bool:
        """Whether a timer, not a source of events, satisfies it."""
        return self.type in TIME_TYPES

    @property
    def is_global(self) -> bool:
        """Whether it is independent of any job: it fires once for the site."""
        return self.type in GLOBAL_TYPES

    @property
    def any_extra(self) -> bool:
        """Whether its extra is the star, which matches any."""
        return self.extra == "*"

    @property
    def moment(self) -> int | None:
        """The moment of a time type in Unix seconds: when it fires, or first fires."""
        if not self.is_time or self.extra is None:
            return None
        return unix_time(int(self.extra.partition("-")[0]))

    @property
    def interval(self) -> int | None:
        """The seconds between two firings of `repeat` and `globalrepeat`, else None."""
        if self.type not in ("repeat", "globalrepeat") or self.extra is None:
            return None
        return int(self.extra.partition("-")[2])

    def satisfied(self, by: Collection[str]) -> bool:
        """Whether its canonical text is among those given."""
        return self.canonical in by

    def __iter__(self) -> Iterator[EventSpec]:
        yield self

    def __str__(self) -> str:
        return self.canonical


@dataclass(frozen=True, slots=True)
class And:
    """All of its items; none of them is itself an And."""

    items: tuple[Node, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def satisfied(self, by: Collection[str]) -> bool:
        """Whether every item is satisfied by these canonical texts."""
        return all(item.satisfied(by) for item in self.items)

    def __iter__(self) -> Iterator[EventSpec]:
        for item in self.items:
            yield from item

    def __str__(self) -> str:
        return " && ".join(_within(item) for item in self.items)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of its items; none of them is itself an Or."""

    items: tuple[Node, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def satisfied(self, by: Collection[str]) -> bool:
        """Whether at least one item is satisfied by these canonical texts."""
        return any(item.satisfied(by) for item in self.items)

    def __iter__(self) -> Iterator[EventSpec]:
        for item in self.items:
            yield from item

    def __str__(self) -> str:
        return " || ".join(_within(item) for item in self.items)


#: A node of a trigger. Iterating over one gives its event specs, in order.
Node: TypeAlias = EventSpec | And | Or


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger that has been read; `str()` prints it in its canonical form."""

    #: As it was written.
    text: str
    root: Node
    #: What a reader of the configuration should know about how it is written.
    notes: tuple[Note, ...] = ()
    #: The distinct event specs, in order.
    specs: tuple[EventSpec, ...] = field(init=False, compare=False, repr=False)
    #: Whether it holds `&&`, so that satisfied events must be remembered.
    needs_memory: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "specs", tuple(dict.fromkeys(self.root)))
        object.__setattr__(self, "needs_memory", _holds_and(self.root))

    def satisfied(self, by: Collection[str]) -> bool:
        """Whether it is true when the specs with these canonical texts are satisfied.

        Takes a set for speed; any collection will do.
        """
        return self.root.satisfied(by)

    def __str__(self) -> str:
        return str(self.root)


def open_part(node: Node, by: Collection[str]) -> Node:
    """What of a node is still to be satisfied when these canonical texts are; of `||` any of its items.

    Only for a node that they do not satisfy.
    """
    if isinstance(node, EventSpec):
        return node
    items: list[Node] = []
    for each in node.items:
        if not each.satisfied(by):
            part = open_part(each, by)
            items += part.items if isinstance(part, type(node)) else (part,)
    return items[0] if len(items) == 1 else type(node)(tuple(items))


def _context(context: str | None) -> tuple[ContextKind | None, int | str | None]:
    if context is None:
        return None, None
    if context == "self":
        return "self", None
    if context == "parent":
        return "parent", None
    job = whole_number(context)
    return ("label", context) if job is None else ("job", job)


def _within(item: Node) -> str:
    """An item as printed: parentheses also where `&&` would bind tighter by itself."""
    return item.canonical if isinstance(item, EventSpec) else f"({item})"


def _holds_and(node: Node) -> bool:
    if isinstance(node, Or):
        return any(isinstance(item, And) for item in node.items)
    return isinstance(node, And)
