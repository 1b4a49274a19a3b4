"""Moments and intervals to come, as the store keeps them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from qubecb.events import Event


@dataclass(frozen=True, slots=True)
class TimerKey:
    """One moment or interval to come. Per job; for globals per mapping, with job 0."""

    job: int
    #: The event that it makes: name, type and extra.
    name: str
    type: str
    extra: str
    directory: str = ""
    file: str = ""
    trigger: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timer is due (Unix seconds) and its interval in seconds, or None: once."""

    key: TimerKey
    due: float
    interval: int | None = None


class Timers(Protocol):
    """Timers that are to come, and those that have fired: none of these fires again."""

    def add_timers(self, timers: Iterable[Timer]) -> None:
        """Store timers; one whose key was stored before stays as it is, fired or not."""

    def end_repeats(self, jobs: Collection[int]) -> None:
        """End the timers of type `repeat` of these jobs: kept like fired ones, never due."""

    def drop_timers(self, keys: Iterable[TimerKey]) -> None:
        """Drop timers that no configuration asks for any more; they may be added again."""

    def due_timers(self, now: float, limit: int) -> Sequence[Timer]:
        """Give timers that are due, the earliest first: `due` is not after `now`."""

    def pull_back_repeats(self, now: float) -> None:
        """Make every interval that has begun due after one more interval at most.

        One that is due at its very start has not begun. Each stays on its own grid.
        """

    def fire_timer(self, timer: Timer, event: Event, next_due: float | None) -> None:
        """Accept the event (source `timer`); set when it is due next, None: never again.

        A timer with a directory is meant for that mapping only (`AcceptedEvent.only`).
        """
