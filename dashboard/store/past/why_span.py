"""Computes why one callback did or did not run over a span: how far each event of it came.

Runs are counted from their rows, which are the truth. What keeps the others from running is what
Why says of the newest event of each kind of failure.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial

from django.db.models import Count, Max, Q

from dashboard.models import EventKind, EventRecord, Run, WhyRecord
from dashboard.models.whys import REACHED
from dashboard.store.database import sql
from dashboard.store.past.asking import Question, UnknownFile, why
from dashboard.store.past.came import came_in_a_week
from dashboard.store.past.configured import Configurations
from dashboard.store.past.heard import Heard, HeardRow
from dashboard.store.past.lead import Lead
from dashboard.store.past.records import events_at, oldest, turn
from dashboard.store.past.span_records import SpanRecords, span_between
from qubecb.backtest.span import Hearing, Span
from qubecb.backtest.unhindered import Unhindered
from qubecb.conffile.meaning import read_trigger
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.jobs.ids import JobId
from qubecb.triggers import Trigger
from qubecb.why.answer import Answer
from qubecb.why.causes import Code, at_utc
from qubecb.why.following import Following
from qubecb.why.funnel import Funnel, Stage, furthest_of
from qubecb.why.nearby import Nearby
from qubecb.why.nothing import not_mapped, nothing_came, span_before_history
from qubecb.why.one_mapping import OneMapping

_UNPLANNED = """
    SELECT sequence, name, type FROM dashboard_eventrecord
    WHERE sequence > %s AND sequence <= %s AND planned_at IS NULL AND NOT test
    AND source <> 'simulate' ORDER BY sequence
"""
#: Kinds among which the event is looked for that is most like an event spec.
_MOST_KINDS = 100
#: What a run came to, the furthest first.
_FURTHEST = (
    REACHED["started"],
    Q(state="queued"),
    Q(state="cancelled"),
    REACHED["kept-back"],
)


class OfKind(Heard):
    """Notes the events of the span that have the name and type of an event spec."""

    def __init__(
        self, mapping: OneMapping, span: Span, hearing: Hearing, lead: Lead
    ) -> None:
        super().__init__(span, hearing, lead)
        self.kinds = Hearing.of(mapping.in_force_after(lead.after + 1)).kinds
        self.of_kind = array("Q")

    def meet(self, row: HeardRow, sequence: int) -> None:
        super().meet(row, sequence)
        if (row.name, row.type) in self.kinds and not row.test:
            self.of_kind.append(sequence)


class WhySpan:
    """One computation; nothing is written. Takes the callback, and the span (Unix seconds)."""

    def __init__(self, key: MappingKey, since: float, until: float) -> None:
        self.key = key
        self.span = span_between(since, until)
        self._mapping = OneMapping(key, Configurations())
        hearing = Hearing.of(self._mapping.in_force_after(0))
        reader = partial(OfKind, self._mapping)
        self._records = SpanRecords(self.span, hearing, reader)
        self._heard = self._records.heard
        past = Unhindered(self._mapping, self._heard, hearing)
        days = self._records.days
        self.following = Following(key, self._heard.kinds, past, self.span, days)
        self._unplanned: list[int] = []

    def run(self) -> Iterator[float]:
        """Judge everything; after each batch, give how much is done, from 0 to 1."""
        yield from self._records.through(self.following)
        self._unplanned = self._not_planned()
        self._heard.of_kind.extend(self._unplanned)

    @property
    def kinds(self) -> frozenset[tuple[str, str]]:
        """The names and types of its event specs, in all configurations that count."""
        return self._heard.kinds

    @property
    def of_kind(self) -> Iterable[int]:
        """The sequences of the events of such a kind."""
        return self._heard.of_kind

    @property
    def right_job(self) -> Iterable[int]:
        """The sequences of those of them about the right job."""
        return self.following.about_right_job

    def result(self) -> Funnel:
        """Give what was found. Call it when everything is judged."""
        counts = {
            Stage.OF_KIND: len(self._heard.of_kind),
            Stage.RIGHT_JOB: len(self.following.about_right_job),
            **runs_counted(self._row),
        }
        found = [*self._answers()] or [self._nothing()]
        best, others = furthest_of(found)
        return Funnel(self.span, counts, best, others, [*self._remarks()])

    # How many came how far.

    @property
    def _row(self) -> WhyRecord:
        after, last = self.span.after, self.span.last
        return WhyRecord(
            directory=self.key.directory, file=self.key.file, after=after, last=last
        )

    def _not_planned(self) -> list[int]:
        rows = sql.rows(_UNPLANNED, [self.span.after, self.span.last])
        return [int(place) for place, *kind in rows if tuple(kind) in self.kinds]

    # What stopped the others.

    def _answers(self) -> Iterator[Answer]:
        """What Why says of the newest of each that came equally far."""
        for sequence, job in dict.fromkeys(self._asked()):
            event = events_at([sequence]).get(sequence)
            if event is not None:
                try:
                    question = Question(event, job)
                    yield why(question, self.key.file, self.key.directory)
                except UnknownFile:
                    continue

    def _asked(self) -> Iterator[tuple[int, JobId | None]]:
        """Events to ask about, each with the job whose callbacks are meant."""
        for which in _FURTHEST:
            runs = Run.objects.filter(which & self._row.runs()).order_by("-id")
            yield from runs.values_list("event", "job")[:1]
        for _, newest in sorted(self.following.newest_of.items()):
            yield newest
        if self._heard.unjudged:
            yield max(self._heard.unjudged.values()), None
        if self._unplanned:
            yield self._unplanned[-1], None

    def _nothing(self) -> Answer:
        """The answer if no event of such a kind came."""
        kept, span = oldest(), self.span
        if kept is not None and kept[0] > 1 and kept[1] >= span.until:
            return span_before_history(self.key, kept[1])
        trigger = self._trigger()
        if trigger is None:
            return self._of_broken_line() or not_mapped(self.key)
        since = self._kept_since()
        came = came_in_a_week(trigger.specs)
        return nothing_came(self.key, 0, trigger, self._near(), came, since)

    def _of_broken_line(self) -> Answer | None:
        """What Why says of the newest event, if the only line that names the file is broken."""
        events = EventRecord.events.filter(
            pk__gt=self.span.after, pk__lte=self.span.last
        )
        planned = events.filter(planned_at__isnull=False).order_by("-pk")
        for event in events_at(planned.values_list("pk", flat=True)[:1]).values():
            with suppress(UnknownFile):
                answer = why(Question(event), self.key.file, self.key.directory)
                return answer if answer.cause.code is Code.BROKEN_LINE else None
        return None

    def _trigger(self) -> Trigger | None:
        """The newest trigger of the span."""
        for binding in reversed(self._mapping.in_force_after(self.span.after)):
            for directory in binding.directories:
                for mapping in directory.mappings:
                    trigger = read_trigger(mapping.trigger)
                    if isinstance(trigger, Trigger):
                        return trigger
        return None

    def _near(self) -> Nearby:
        """The newest event of each kind that came in the span, of many kinds the newest ones."""
        hours = EventKind.objects.filter(last__gt=self.span.after)
        kinds = hours.filter(last__lte=self.span.last).values("name", "type")
        newest = kinds.annotate(newest=Max("last")).order_by("-newest")
        found = events_at(newest.values_list("newest", flat=True)[:_MOST_KINDS])
        return Nearby(sorted(found.values(), key=turn))

    def _kept_since(self) -> float | None:
        """Since when history is kept, if that is later than the beginning of the span."""
        kept = oldest()
        pruned = kept is not None and kept[0] > 1 and kept[1] > self.span.since
        return kept[1] if kept is not None and pruned else None

    def _remarks(self) -> Iterator[str]:
        since = self._kept_since()
        if since is not None:
            yield f"history reaches back to {at_utc(since)}; before that nothing can be said"
        for each in self._records.counts()["not_judged"]:
            yield f"not judged: {each['count']:,} {each['reason']}"


def runs_counted(record: WhyRecord) -> dict[Stage, int]:
    """Count the runs of each step of the funnel, in one statement."""
    wanted = {name: Count("id", filter=which) for name, which in REACHED.items()}
    names = {name.replace("-", "_"): each for name, each in wanted.items()}
    found = Run.objects.filter(record.runs()).aggregate(**names)
    return {Stage(name.replace("_", "-")): count for name, count in found.items()}
