"""Computes what an edit of a callback directory would have done in a span of the past."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from dashboard.store.past.configured import Configurations
from dashboard.store.past.fates import RealFates
from dashboard.store.past.heard import Heard
from dashboard.store.past.means import mean_seconds
from dashboard.store.past.span_records import SpanRecords, span_between
from qubecb.backtest.edit import Edit, Mode
from qubecb.backtest.judging import Judging
from qubecb.backtest.past import EditedPast, Sides
from qubecb.backtest.result import Run, told
from qubecb.conffile.meaning import EffectiveMapping


@dataclass(frozen=True, slots=True)
class Question:
    """An edit, and the span of the past (Unix seconds) that is asked about."""

    directory: str
    was: Sequence[EffectiveMapping]
    edited: Sequence[EffectiveMapping]
    since: float
    until: float
    mode: Mode = "throughout"


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
        self._records = SpanRecords(self.span, hearing, Heard)
        past = EditedPast(sides, self._records.heard, hearing)
        fates = RealFates(question.directory)
        days = self._records.days
        self._judging = Judging(self.edit, self.span, past, fates, days)

    def run(self) -> Iterator[float]:
        """Judge everything; after each batch, give how much is done, from 0 to 1."""
        if self.edit.files:
            yield from self._records.through(self._judging)

    def result(self) -> dict[str, Any]:
        """Give what was found, as in JSON. Call it when everything is judged."""
        edit, places = self.edit, settings.ENVIRONMENT.get("QUBECB_CONCURRENCY")
        means = mean_seconds(edit.directory, edit.files)
        return {
            **self._records.counts(),
            "unchanged": edit.unchanged,
            "callbacks": [
                told(tally, Run(means.get(file), places), self.span.days)
                for file, tally in self._judging.tallies.items()
            ],
        }
