"""Computes what an edit of a callback directory would have done in a span of the past."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from dashboard.store.database import sql
from dashboard.store.past.configured import Configurations
from dashboard.store.past.fates import RealFates
from dashboard.store.past.heard import Heard
from dashboard.store.past.lead import lead_of
from dashboard.store.past.means import mean_seconds
from qubecb.backtest.edit import Edit, Mode
from qubecb.backtest.judging import Judging
from qubecb.backtest.past import EditedPast, Sides
from qubecb.backtest.result import Run, told
from qubecb.backtest.span import Span
from qubecb.conffile.meaning import EffectiveMapping
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


@dataclass(frozen=True, slots=True)
class Question:
    """An edit, and the span of the past (Unix seconds) that is asked about."""

    directory: str
    was: Sequence[EffectiveMapping]
    edited: Sequence[EffectiveMapping]
    since: float
    until: float
    mode: Mode = "throughout"


def span_between(since: float, until: float) -> Span:
    """Give the span of the records that were accepted between two moments."""
    before, last = (
        int(sql.value(_BEFORE, [sql.moment(each)]) or 0) for each in (since, until)
    )
    return Span(since, until, before, last)


def keep_little() -> None:
    """Let this process keep little of SQLite's file in memory: it reads everything once."""
    if connection.vendor == "sqlite":
        sql.execute("PRAGMA mmap_size=0")
        sql.execute("PRAGMA cache_size=-8192")


class Backtest:
    """One computation; nothing is written."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self.span = span_between(question.since, question.until)
        self.edit = Edit.between(
            question.directory, question.was, question.edited, question.mode
        )
        sides = Sides(self.edit, self.span, Configurations())
        hearing = sides.hearing()
        days = settings.ENVIRONMENT.get("QUBECB_ATTACHED_DAYS")
        lead = lead_of(self.span, hearing, days)
        self._heard = Heard(self.span, hearing, lead)
        past = EditedPast(sides, self._heard, hearing)
        fates = RealFates(question.directory)
        self._judging = Judging(self.edit, self.span, past, fates, days)
        known = {**lead.ended, **lead.unknown}
        self._judging.save_jobs(known.values(), ())
        self._unknown = len(lead.unknown)
        self._first = lead.after

    def run(self) -> Iterator[float]:
        """Judge everything; after each batch, give how much is done, from 0 to 1."""
        binding = settings.ENVIRONMENT.get("QUBECB_BINDING")
        whole = max(1, self.span.last - self._first)
        if self.edit.files:
            for _ in self._judging.through(DispatchSettings(binding)):
                yield min(1.0, (self._heard.read - self._first) / whole)

    def result(self) -> dict[str, Any]:
        """Give what was found, as in JSON. Call it when everything is judged."""
        edit, places = self.edit, settings.ENVIRONMENT.get("QUBECB_CONCURRENCY")
        means = mean_seconds(edit.directory, edit.files)
        return {
            "events": self._heard.events,
            "newer_events": int(sql.value(_NEWER, [self.span.last])),
            "not_judged": self._not_judged(),
            "unchanged": edit.unchanged,
            "callbacks": [
                told(tally, Run(means.get(file), places), self.span.days)
                for file, tally in self._judging.tallies.items()
            ],
        }

    def _not_judged(self) -> list[dict[str, Any]]:
        unplanned = int(sql.value(_UNPLANNED, [self.span.after, self.span.last]))
        unknown = self._unknown + len(self._heard.unjudged)
        counts = {BEFORE_HISTORY: unknown, UNPLANNED: unplanned}
        return [
            {"reason": reason, "count": count}
            for reason, count in counts.items()
            if count
        ]
