"""What the oracle speaks of: triggers, what happens, the lives of jobs, and what fired."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: Types of the times of the whole site.
SITE = ("globaltime", "globalrepeat")


@dataclass(frozen=True)
class Spec:
    """One event spec. The context is self, parent, a label, a job id, or None."""

    name: str
    type: str
    context: str | int | None
    extra: str | None = None

    def __str__(self) -> str:
        parts = (self.name, self.type, self.context, self.extra)
        return "-".join(str(part) for part in parts if part is not None)

    @property
    def canonical(self) -> str:
        """Times of the site are written without their name."""
        text = str(self)
        return text.partition("-")[2] if self.type in SITE else text


@dataclass(frozen=True)
class Both:
    """`&&`"""

    left: Tree
    right: Tree

    def __str__(self) -> str:
        return f"({self.left} && {self.right})"


@dataclass(frozen=True)
class Either:
    """`||`"""

    left: Tree
    right: Tree

    def __str__(self) -> str:
        return f"({self.left} || {self.right})"


Tree = Spec | Both | Either
#: Directory and file, and the trigger.
Config = dict[tuple[str, str], Tree]


def specs(tree: Tree) -> set[Spec]:
    """Every event spec of a trigger."""
    return {tree} if isinstance(tree, Spec) else specs(tree.left) | specs(tree.right)


def holds_and(tree: Tree) -> bool:
    """Whether a trigger holds `&&`."""
    if isinstance(tree, Spec):
        return False
    return isinstance(tree, Both) or holds_and(tree.left) or holds_and(tree.right)


def true(tree: Tree, satisfied: set[Spec]) -> bool:
    """Whether a trigger is true when these event specs are satisfied."""
    if isinstance(tree, Spec):
        return tree in satisfied
    both = isinstance(tree, Both)
    each = (true(tree.left, satisfied), true(tree.right, satisfied))
    return all(each) if both else any(each)


@dataclass(frozen=True)
class Happening:
    """An accepted event."""

    name: str
    type: str
    extra: str | None
    job: int | str
    told: dict[str, Any] = field(default_factory=dict)
    only: tuple[str, str] | None = None
    number: int = 0
    #: The configuration in force when it was accepted.
    config: int = 0
    #: What a callback did to the job, if it is that. It is not an event if it has no name.
    verb: str = ""


@dataclass
class Life:
    """A job from its submission to its removal."""

    id: int | str
    since: int
    config: int
    pid: int | str = 0
    pgrp: int | str = 0
    label: str = ""
    status: str = ""
    removed: bool = False
    last_event: float = 0.0
    #: What is remembered, by mapping and trigger.
    #: Of each `&&`, what was satisfied, and by which event first.
    memory: dict[Any, dict[Spec, int]] = field(default_factory=dict)
    #: When each time is due; None: never again.
    timers: dict[Spec, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Fired:
    """What fired: at which event, for which job, which callback, whether it ran, and for `&&`
    which event spec was satisfied by which event.
    """

    number: int
    job: int | str
    mapping: tuple[str, str]
    trigger: str
    runs: bool
    satisfied_by: frozenset[tuple[str, int | None]] = frozenset()
