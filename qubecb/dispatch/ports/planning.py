"""What the dispatcher writes, and the transaction that it works in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob, Memory, ProgressKey
from qubecb.dispatch.ports.reading import Reading
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.dispatch.ports.timers import Timers
from qubecb.jobs.ids import JobId


class Planning(Reading, Timers, Protocol):
    """One planning transaction of the dispatcher. Its reads see its own writes."""

    def take(self, limit: int) -> Sequence[AcceptedEvent]:
        """Give the oldest accepted events neither planned nor set aside, in order of sequence.

        They are found by state. A row that cannot be read comes with its `fault`.
        """

    def ready(self, events: Sequence[AcceptedEvent]) -> Sequence[AcceptedEvent]:
        """Give the first of these that one transaction can plan without delaying others.

        It gives none if the first one is an act that changes very many items: then a portion of
        the items is changed instead, and the act is ready when few are left.
        """

    def save_jobs(
        self, jobs: Iterable[KnownJob], events: Iterable[AcceptedEvent]
    ) -> None:
        """Store jobs as they are now; each has had an event, so it is attached from now on.

        `events` are the events of these jobs, in order, which change their items and instances
        too; acts that a job was not in a state for are left out. A job whose `since` is higher
        than the stored one begins anew: its old items and instances are dropped, and events
        before its `since` change nothing.
        """

    def save_progress(self, changes: Mapping[ProgressKey, Memory]) -> None:
        """Store memory; an empty one forgets."""

    def forget_jobs(self, jobs: Collection[JobId]) -> None:
        """Drop memory and timers, fired ones too: these jobs are removed or submitted again.

        Called before the memory and timers of the same batch are stored.
        """

    def queue(self, runs: Iterable[PlannedRun]) -> None:
        """Store runs, queued or suppressed."""

    def planned(
        self, events: Iterable[AcceptedEvent], remarks: Mapping[int, str]
    ) -> None:
        """Mark events as planned, with remarks by sequence that pages show with them."""

    def set_aside(self, reasons: Mapping[int, str]) -> None:
        """Set events aside that cannot be judged, until a person has them planned again.

        Takes why, by sequence. Such events are neither waiting nor planned.
        """


class DispatchStore(Protocol):
    """Where the dispatcher works."""

    def planning(self) -> AbstractContextManager[Planning]:
        """Open one durable write transaction."""

    def next_timer(self) -> float | None:
        """Give when the next timer is due (Unix seconds), or None."""
