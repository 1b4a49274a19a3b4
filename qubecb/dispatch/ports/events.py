"""Events as the store gives them."""

from __future__ import annotations

from dataclasses import dataclass

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.events import TIME_TYPES, Event
from qubecb.jobs import Act


@dataclass(frozen=True, slots=True)
class AcceptedEvent:
    """A record: an event, or a change by a verb, or both.

    `sequence` is its place in the order of acceptance, in which records are planned.
    """

    sequence: int
    event: Event
    #: api, spool, fire, emit, farm (an action's consequence) or timer.
    source: str = "api"
    #: How many actions led here from a source's event.
    depth: int = 0
    #: The only mapping that it may fire: of a live test fire or of a global time. No other
    #: mapping's memory changes.
    only: MappingKey | None = None
    test: bool = False
    #: It was set aside, and is planned again now, at its old place in the order.
    again: bool = False
    #: Why its row cannot be read, or empty; if not, the event has only what could be read.
    fault: str = ""
    #: What a verb does to the event's job. An act that causes no event has an event without a
    #: name, which satisfies no trigger and is the `previous` of no event.
    act: Act | None = None

    @property
    def beside(self) -> bool:
        """Whether it is a test fire of one mapping, which changes nothing real.

        Its mapping is judged as if it had happened, but no job, memory, binding or timer
        changes, and it is the `previous` of no event.
        """
        return self.only is not None and self.event.type not in TIME_TYPES


@dataclass(frozen=True, slots=True)
class Previous:
    """The previous event of the same job, type and extra."""

    sequence: int
    name: str
