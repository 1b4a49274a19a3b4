"""Plans the past up to the end of a span, and keeps none of its runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from qubecb.backtest.span import Span
from qubecb.backtest.unhindered import Unhindered
from qubecb.dispatch.dispatcher import DispatchSettings
from qubecb.dispatch.judging import Judge, judge
from qubecb.dispatch.past import Record
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.timers import Timer
from qubecb.dispatch.rehearsal import Rehearsal, gone_through
from qubecb.events import Event


class Counting(Rehearsal):
    """A rehearsal whose runs a subclass counts, in `queue`.

    Takes the past, the span, and for how many days a job stays attached after its last event.
    """

    def __init__(self, past: Unhindered, span: Span, attached_days: float = 30) -> None:
        super().__init__(past, attached_days, past.looks(span))
        self.span = span
        #: Events of timers that have no record.
        self.computed: set[str] = set()

    def through(
        self, settings: DispatchSettings, judging: Judge = judge
    ) -> Iterator[int]:
        """Judge everything; give the sequence of the newest record after each batch."""
        for _ in gone_through(self, self._past, settings, judging):
            yield self.newest

    def fire_timer(self, timer: Timer, event: Event, next_due: float | None) -> None:
        self.computed.add(event.id)
        super().fire_timer(timer, event, next_due)

    def planned(
        self, events: Iterable[AcceptedEvent], remarks: Mapping[int, str]
    ) -> None:
        planned = list(events)
        super().planned(planned, {})
        self.computed.difference_update(each.event.id for each in planned)

    def counts(self, record: Record) -> bool:
        """Whether the runs of a record are those of the span, and not a test's."""
        accepted = record.accepted
        if accepted.event.id in self.computed:
            return record.planned_at >= self.span.since
        return self.span.holds(accepted.sequence) and not accepted.test
