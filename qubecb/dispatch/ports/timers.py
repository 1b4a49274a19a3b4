"""Timers: times and intervals to come, as the store keeps them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.events import Event
from qubecb.jobs.ids import JobId


@dataclass(frozen=True, slots=True)
class TimerKey:
    """One time or interval of one job; of a global time, of one mapping, with job 0."""

    job: JobId
    #: The event that it makes: name, type and extra.
    name: str
    type: str
    extra: str
    directory: str = ""
    file: str = ""
    trigger: str = ""

    @property
    def only(self) -> MappingKey | None:
        """The one mapping that it is for; None: every mapping of its job."""
        return MappingKey(self.directory, self.file) if self.directory else None


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timer is due (Unix seconds), and its interval in seconds; None: it fires once."""

    key: TimerKey
    due: float
    interval: int | None = None


class Timers(Protocol):
    """The timers to come, and those that have fired, which are kept so that none fires again."""

    def add_timers(self, timers: Iterable[Timer]) -> None:
        """Store timers; a timer whose key is stored already stays as it is, fired or not."""

    def end_repeats(self, jobs: Collection[JobId]) -> None:
        """End the timers of type `repeat` of these jobs: kept like fired ones, never due."""

    def drop_timers(self, keys: Iterable[TimerKey]) -> None:
        """Drop timers that no configuration has any more; they may be added again later."""

    def due_timers(self, now: float, limit: int) -> Sequence[Timer]:
        """Give timers whose `due` is not after `now`, the earliest first."""

    def pull_back_repeats(self, now: float) -> None:
        """Make every interval that has begun due at most one interval from now, on its own grid.

        An interval that is due at its very start has not begun.
        """

    def fire_timer(self, timer: Timer, event: Event, next_due: float | None) -> None:
        """Accept a timer's event (source `timer`), and set when it is due next; None: never.

        A timer with a directory is for that mapping only (`AcceptedEvent.only`).
        """
