"""Runs as planning decides them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from qubecb.dispatch.ports.configuration import MappingKey


class Satisfied(NamedTuple):
    """An event spec of an `&&` trigger, and the event that satisfied it first, by its sequence.

    None: an event from before this was remembered; nobody knows which.
    """

    spec: str
    sequence: int | None


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run to be queued, or kept as suppressed with the reason."""

    sequence: int
    job: int
    key: MappingKey
    trigger: str
    #: Whose effective mapping also says which settings (timeout, memory, …) it asks for.
    revision: int
    suppressed: str = ""
    #: The pause that keeps it back (`Pause.id`), if one does.
    pause: int | None = field(default=None, compare=False)
    #: Of an `&&` trigger: which event satisfied which event spec, in order.
    satisfied_by: tuple[Satisfied, ...] = ()
