"""Runs as planning decides them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.jobs.ids import JobId


class Satisfied(NamedTuple):
    """An event spec of an `&&` trigger, and the sequence of the event that satisfied it first.

    None: unknown, because the event came before this was remembered.
    """

    spec: str
    sequence: int | None


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run to be queued, or kept as suppressed with the reason."""

    sequence: int
    job: JobId
    key: MappingKey
    trigger: str
    #: The revision whose effective mapping also has the settings (timeout, memory, …).
    revision: int
    suppressed: str = ""
    #: The pause that keeps it back (`Pause.id`), if any.
    pause: int | None = field(default=None, compare=False)
    #: Of an `&&` trigger: which event satisfied which event spec, in order.
    satisfied_by: tuple[Satisfied, ...] = ()
