"""What the dispatcher reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from qubecb.dispatch.ports.configuration import Binding, InForce, Pause
from qubecb.dispatch.ports.events import AcceptedEvent, Previous
from qubecb.dispatch.ports.jobs import KnownJob, Memory, ProgressKey


class Reading(Protocol):
    """What has to be known to judge events. It changes nothing."""

    def jobs(self, ids: Collection[int]) -> Mapping[int, KnownJob]:
        """Give the stored jobs among these ids, removed ones included."""

    def children(self, parents: Collection[int]) -> Sequence[KnownJob]:
        """Give the attached jobs whose parent is one of these."""

    def groups(self, pgrps: Collection[int]) -> Sequence[KnownJob]:
        """Give the attached jobs of these process groups."""

    def attached(self, bindings: Collection[int]) -> Sequence[KnownJob]:
        """Give every attached job that is bound to one of these bindings."""

    def bindings_in_use(self) -> Collection[int]:
        """Give the ids of all bindings that attached jobs are bound to; more do no harm."""

    def in_force(self) -> InForce:
        """Give which configuration is in force; there always is one, maybe an empty one."""

    def binding_at(self, sequence: int) -> int:
        """Give the id of the binding in force when that event was accepted.

        The oldest binding there is when none was in force yet. Asked for new jobs only, and
        only when the event is not after `in_force().after`.
        """

    def binding(self, binding_id: int) -> Binding:
        """Give a binding by its id. The dispatcher keeps it: it asks once for each id."""

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        """Give by sequence, for each of these events, the last one before it, if any.

        Before: the highest sequence below its own with the same job, type and extra,
        planned or not, whatever its name. One that stands `beside`, or has no name, is never
        meant.
        """

    def later(
        self, events: Sequence[AcceptedEvent]
    ) -> Mapping[int, Sequence[AcceptedEvent]]:
        """Give by sequence, for each of these events, what its job was told after it, in order.

        Later: planned, of the same job, with a higher sequence; neither times nor what stands
        `beside`. Asked for events that were set aside (`again`) only.
        """

    def pauses(self) -> Sequence[Pause]:
        """Give the pauses that have not ended."""

    def progress(self, jobs: Collection[int]) -> Mapping[ProgressKey, Memory]:
        """Give the memory of these jobs."""
