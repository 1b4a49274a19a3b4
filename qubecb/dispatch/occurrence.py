"""What an event counts as: the names and the extras that it satisfies."""

from __future__ import annotations

from typing import NamedTuple

from qubecb.digits import whole_number
from qubecb.events import DONE_NAMES, Event


class Occurrence(NamedTuple):
    """An event as event specs see it."""

    event: Event
    #: The name of the event before of the same job, type and extra, where it decides.
    previous: str | None
    #: Its name, and `done` if it satisfies that too; empty if it adds nothing.
    names: tuple[str, ...]
    type: str
    #: Its extra, and the star, which matches any, also an unknown one; (None,) for the
    #: type `job`.
    extras: tuple[str | None, ...]


def occurrence_of(event: Event, previous: str | None) -> Occurrence:
    """Give what an event counts as.

    Takes the event and the name of the last one before it of the same job, type and extra,
    or None.
    """
    names = _names_of(event, previous)
    return Occurrence(event, previous, names, event.type, _extras_of(event))


def _names_of(event: Event, previous: str | None) -> tuple[str, ...]:
    """Give the names that an event satisfies: `done` is satisfied once per transition.

    A `done` directly after complete, failed or killed reports the same transition and adds
    nothing; one of these directly after `done` counts as itself only. An event about an
    unknown item follows no other: the one before may have been about another item.
    """
    name = event.name
    if event.unknown:
        previous = None
    if name == "done":
        return () if previous in DONE_NAMES else ("done",)
    if name in DONE_NAMES and previous != "done":
        return (name, "done")
    return (name,)


def _extras_of(event: Event) -> tuple[str | None, ...]:
    """Give the extras that an event satisfies."""
    if event.extra is None:
        return ("*",) if event.unknown else (None,)
    number = whole_number(event.extra) if event.type == "subjob" else None
    if number is not None:
        return (str(number), "*")
    return (event.extra, "*") if event.extra != "*" else ("*",)
