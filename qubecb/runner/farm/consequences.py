"""The events that actions mean, as a farm that keeps jobs itself sends them."""

from __future__ import annotations

from collections.abc import Iterable

from qubecb.errors import CascadeTooDeep
from qubecb.events import Event, new_event_id
from qubecb.jobs.applying import Consequence

#: An event of a source has depth 0; an action of a callback it fired sends events of 1.
DEEPEST = 16


def events_of(consequences: Iterable[Consequence], now: float) -> list[Event]:
    """Make events of what a verb meant; `now` in Unix seconds."""
    return [
        Event(
            id=new_event_id(),
            name=one.caused.name,
            type=one.caused.type,
            extra=one.caused.extra,
            time=now,
            job=one.job.job,
        )
        for one in consequences
    ]


def next_depth(depth: int) -> int:
    """The depth of events that an action of a run at `depth` sends.

    Raises CascadeTooDeep, before anything is changed, when the chain has to stop.
    """
    if depth >= DEEPEST:
        raise CascadeTooDeep
    return depth + 1
