"""The whole past as the tables hold it, to plan it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dashboard.models import EventRecord
from dashboard.store.jobs.reading import previous_of, told_after
from dashboard.store.past.circumstances import Circumstances
from dashboard.store.past.ordered import Row, in_order, portions, rows_of
from dashboard.store.rows.events import COLUMNS, EventRow, taken_of
from qubecb.dispatch.past import Record
from qubecb.dispatch.ports.events import AcceptedEvent, Previous

_PLANNED = f"""
    SELECT sequence, planned_at, accepted_at, {COLUMNS} FROM dashboard_eventrecord
    WHERE planned_at IS NOT NULL AND source <> 'simulate'
    AND sequence > %s AND sequence <= %s ORDER BY sequence LIMIT %s
"""  # noqa: S608 (constants)


class Recorded(Circumstances):
    """Implements Past. The history must be complete from its first event on."""

    def records(self) -> Iterable[Record]:
        newest = EventRecord.objects.order_by("-sequence").first()
        read = portions(_some, 0, newest.sequence if newest else 0)
        for each in in_order(read):
            yield Record(taken_of(EventRow._make(each.rest)), each.planned_at)

    def of_timers(self) -> Iterable[AcceptedEvent]:
        made = (each.accepted for each in self.records())
        fired = (each for each in made if each.source == "timer")
        return sorted(fired, key=lambda each: each.event.time)

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        return previous_of(events)

    def told_after(
        self, accepted: AcceptedEvent, time: float
    ) -> Sequence[AcceptedEvent]:
        return told_after(accepted, time)

    def same_until(self, time: float) -> float:
        return time  # pauses and flags may change at any time


def _some(after: int, until: int, limit: int) -> list[Row]:
    return rows_of(_PLANNED, [after, until, limit])
