"""Computes what an edit of a callback directory would have done in a span of the past."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from dashboard.store.past.configured import Configurations
from dashboard.store.past.fates import RealFates
from dashboard.store.past.heard import Heard
from dashboard.store.past.means import mean_seconds
from dashboard.store.past.span_records import SpanRecords
from qubecb.backtest.edit import Edit
from qubecb.backtest.judging import Judging
from qubecb.backtest.past import EditedPast, Sides
from qubecb.backtest.result import Run, told
from qubecb.backtest.span import Span


class Backtest:
    """One computation; nothing is written. Takes the edit, and the span of the past."""

    def __init__(self, edit: Edit, span: Span) -> None:
        self.edit = edit
        self.span = span
        sides = Sides(edit, span, Configurations())
        hearing = sides.hearing()
        self._records = SpanRecords(span, hearing, Heard)
        past = EditedPast(sides, self._records.heard, hearing)
        fates = RealFates(edit.directory)
        self._judging = Judging(edit, span, past, fates, self._records.days)

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
