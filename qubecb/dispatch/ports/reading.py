"""What the dispatcher reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from qubecb.dispatch.ports.configuration import Binding, InForce, Pause
from qubecb.dispatch.ports.events import AcceptedEvent, Previous
from qubecb.dispatch.ports.jobs import KnownJob, Memory, ProgressKey
from qubecb.jobs.ids import JobId


class Reading(Protocol):
    """All that is needed to judge events. It changes nothing."""

    def jobs(self, ids: Collection[JobId]) -> Mapping[JobId, KnownJob]:
        """Give the stored jobs among these ids, removed ones included."""

    def children(self, parents: Collection[JobId]) -> Sequence[KnownJob]:
        """Give the attached jobs whose parent is one of these."""

    def groups(self, pgrps: Collection[JobId]) -> Sequence[KnownJob]:
        """Give the attached jobs of these process groups."""

    def attached(self, bindings: Collection[int]) -> Sequence[KnownJob]:
        """Give every attached job that is bound to one of these bindings."""

    def bindings_in_use(self) -> Collection[int]:
        """Give the ids of all bindings that attached jobs are bound to; it may give others too."""

    def in_force(self) -> InForce:
        """Give the configuration in force; there always is one, which may be empty."""

    def binding_at(self, sequence: int) -> int:
        """Give the id of the binding in force when that event was accepted.

        If none was in force yet, the oldest binding. It is asked only for new jobs, and only if
        the event is not after `in_force().after`.
        """

    def binding(self, binding_id: int) -> Binding:
        """Give a binding by its id. The dispatcher asks once for each id and keeps it."""

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        """Give for each of these events, by sequence, the one before it, if any.

        That is the event with the highest sequence below its own and the same job, type and
        extra, planned or not, of any name. Events without a name, and those that are `beside`,
        do not count.
        """

    def later(
        self, events: Sequence[AcceptedEvent]
    ) -> Mapping[int, Sequence[AcceptedEvent]]:
        """Give for each of these events, by sequence, the later ones of its job, in order.

        Those are planned events of the same job with a higher sequence, without times and those
        that are `beside`. It is asked only for events that were set aside (`again`).
        """

    def pauses(self) -> Sequence[Pause]:
        """Give the pauses that have not ended."""

    def progress(self, jobs: Collection[JobId]) -> Mapping[ProgressKey, Memory]:
        """Give the memory of these jobs."""
