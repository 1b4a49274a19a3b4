"""Events as the store gives them."""

from __future__ import annotations

from dataclasses import dataclass

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.events import TIME_TYPES, Event
from qubecb.jobs import Act


@dataclass(frozen=True, slots=True)
class AcceptedEvent:
    """A record: an event, or a change by a verb, or both.

    `sequence` is the order of acceptance, which decides.
    """

    sequence: int
    event: Event
    #: api, spool, fire, emit, farm (an action's consequence) or timer.
    source: str = "api"
    #: How many actions led here from a source's event.
    depth: int = 0
    #: A live test fire or a global time may be meant for one mapping only; no other
    #: mapping fires, and no other mapping's memory changes.
    only: MappingKey | None = None
    test: bool = False
    #: It was set aside, and is planned now at its own place in the order.
    again: bool = False
    #: Why its row cannot be read, or nothing; then its event is as much as could be read.
    fault: str = ""
    #: What a verb does to the event's job. The event is what that means; one without a name
    #: means nothing: it matches no trigger and is the `previous` of no event.
    act: Act | None = None

    @property
    def beside(self) -> bool:
        """Whether it is a test fire of one mapping, which stands beside what is real.

        Its mapping is judged as if it had happened, and that is all: no job, memory, binding
        or timer changes, and it is the `previous` of no event.
        """
        return self.only is not None and self.event.type not in TIME_TYPES


@dataclass(frozen=True, slots=True)
class Previous:
    """The event before another one of the same job, type and extra."""

    sequence: int
    name: str
