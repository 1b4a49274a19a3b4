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


class Planning(Reading, Timers, Protocol):
    """One planning transaction of the dispatcher. Reads see what was written in it."""

    def take(self, limit: int) -> Sequence[AcceptedEvent]:
        """Give the oldest accepted events neither planned nor set aside, in order of sequence.

        They are found by state. A row that cannot be read is given with its `fault`.
        """

    def ready(self, events: Sequence[AcceptedEvent]) -> Sequence[AcceptedEvent]:
        """Give the first of these that one transaction plans without holding up others.

        None of them when the first one is an act that changes very many items: then a
        portion of these is changed instead, and it is ready when few are left.
        """

    def save_jobs(
        self, jobs: Iterable[KnownJob], events: Iterable[AcceptedEvent]
    ) -> None:
        """Store jobs as they are now; each has had an event, so it is attached from now on.

        `events` are those that the jobs had, in order, so that their items and instances can
        follow; an act that the job was in no state for is not among them. A job whose `since`
        is higher than the stored one's begins afresh: its items and instances of before go,
        and events before its `since` change nothing.
        """

    def save_progress(self, changes: Mapping[ProgressKey, Memory]) -> None:
        """Store memory; an empty one forgets."""

    def forget_jobs(self, jobs: Collection[int]) -> None:
        """Drop memory and timers, fired ones too: these jobs are removed or submitted again.

        Called before the memory and timers of the same batch are stored.
        """

    def queue(self, runs: Iterable[PlannedRun]) -> None:
        """Store runs, queued or suppressed."""

    def planned(
        self, events: Iterable[AcceptedEvent], remarks: Mapping[int, str]
    ) -> None:
        """Mark events as planned; remarks by sequence are shown with them."""

    def set_aside(self, reasons: Mapping[int, str]) -> None:
        """Keep events that cannot be judged until somebody lets them be planned again.

        Takes why, by sequence. They are neither waiting nor planned.
        """


class DispatchStore(Protocol):
    """Where the dispatcher works."""

    def planning(self) -> AbstractContextManager[Planning]:
        """Open one durable write transaction."""

    def next_timer(self) -> float | None:
        """Give when the next timer is due (Unix seconds), or None."""
