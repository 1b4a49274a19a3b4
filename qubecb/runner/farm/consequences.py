"""The events that actions mean, as a farm that keeps jobs itself sends them."""

from __future__ import annotations

from collections.abc import Iterable

from qubecb.errors import CascadeTooDeep
from qubecb.events import Event, new_event_id
from qubecb.jobs import Job
from qubecb.jobs.applying import Caused, Deed

#: An event of a source has depth 0; an action of a callback it fired sends events of 1.
DEEPEST = 16


def event_of(deed: Deed, identity: str, now: float) -> Event:
    """Give the event of a deed's record; it has neither name nor type if the deed means none.

    It tells the job's id and what the verb changes, and nothing else: whatever else is
    known of the job may be something else when the event is planned. `now` in Unix seconds.
    """
    caused = deed.event or Caused("", "")
    job = Job.from_dict({"id": deed.job, **deed.told})
    return Event(identity, caused.name, caused.type, caused.extra, now, job)


def events_of(deeds: Iterable[Deed], now: float) -> list[Event]:
    """Give the events that deeds mean, in order."""
    return [
        event_of(deed, new_event_id(), now) for deed in deeds if deed.event is not None
    ]


def next_depth(depth: int) -> int:
    """The depth of events that an action of a run at `depth` sends.

    Raises CascadeTooDeep, before anything is changed, when the chain has to stop.
    """
    if depth >= DEEPEST:
        raise CascadeTooDeep
    return depth + 1
