"""A span of the past as the tables have it: its records, and what came before and still counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from django.conf import settings

from dashboard.store.database import sql
from dashboard.store.past.heard import Heard
from dashboard.store.past.lead import Lead, lead_of
from qubecb.backtest.counting import Counting
from qubecb.backtest.span import Hearing, Span
from qubecb.dispatch.dispatcher import DispatchSettings

_BEFORE = """
    SELECT sequence FROM dashboard_eventrecord WHERE accepted_at < %s
    ORDER BY accepted_at DESC, sequence DESC LIMIT 1
"""
_UNPLANNED = """
    SELECT COUNT(*) FROM dashboard_eventrecord
    WHERE sequence > %s AND sequence <= %s AND planned_at IS NULL
"""
_NEWER = "SELECT COUNT(*) FROM dashboard_eventrecord WHERE sequence > %s"
#: What of a span is not judged.
BEFORE_HISTORY = "jobs that began before the oldest stored event"
UNPLANNED = "events that are not planned yet or were set aside"
Reader = TypeVar("Reader", bound=Heard)


def span_between(since: float, until: float) -> Span:
    """Give the span of the records that were accepted between two moments."""
    before, last = (
        int(sql.value(_BEFORE, [sql.moment(each)]) or 0) for each in (since, until)
    )
    return Span(since, until, before, last)


class SpanRecords(Generic[Reader]):
    """Reads the records of a span for a rehearsal that counts.

    Takes the span, which records matter, and what reads these.
    """

    def __init__(
        self,
        span: Span,
        hearing: Hearing,
        reader: Callable[[Span, Hearing, Lead], Reader],
    ) -> None:
        self.span = span
        self.days = settings.ENVIRONMENT.get("QUBECB_ATTACHED_DAYS")
        self.lead = lead_of(span, hearing, self.days)
        self.heard = reader(span, hearing, self.lead)

    def through(self, rehearsal: Counting) -> Iterator[float]:
        """Judge everything; after each batch, give how much is done, from 0 to 1."""
        known = {**self.lead.ended, **self.lead.unknown}
        rehearsal.save_jobs(known.values(), ())
        binding = settings.ENVIRONMENT.get("QUBECB_BINDING")
        whole = max(1, self.span.last - self.lead.after)
        for _ in rehearsal.through(DispatchSettings(binding)):
            yield min(1.0, (self.heard.read - self.lead.after) / whole)

    def counts(self) -> dict[str, Any]:
        """Give how many events there are, and what is not judged, as in JSON."""
        return {
            "events": self.heard.events,
            "newer_events": int(sql.value(_NEWER, [self.span.last])),
            "not_judged": [*self._not_judged()],
        }

    def _not_judged(self) -> Iterable[dict[str, Any]]:
        unplanned = int(sql.value(_UNPLANNED, [self.span.after, self.span.last]))
        unknown = len(self.lead.unknown) + len(self.heard.unjudged)
        counts = {BEFORE_HISTORY: unknown, UNPLANNED: unplanned}
        for reason, count in counts.items():
            if count:
                yield {"reason": reason, "count": count}
