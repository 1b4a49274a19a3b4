"""Plans the past with both sides of an edit, and counts what each would have run in a span.

For a time of the site each side has an event of its own: of two runs for the same time, one on each
side, both count as the same run.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from qubecb.backtest.counting import Counting
from qubecb.backtest.edit import AFTER, BEFORE, Edit
from qubecb.backtest.past import EditedPast
from qubecb.backtest.span import Span
from qubecb.backtest.tally import Example, Fate, Lost, Planned, Tally
from qubecb.dispatch.dispatcher import DispatchSettings
from qubecb.dispatch.judging import Judge, judge
from qubecb.dispatch.past import Record
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.jobs import JobId

#: Event by sequence, job, and file.
_Key: TypeAlias = tuple[int, JobId, str]
#: Lost runs that are asked about together.
_ASKED = 500


class Fates(Protocol):
    """How real runs ended."""

    def of(self, lost: Sequence[Lost]) -> Sequence[Fate]:
        """Say how each of these runs ended, in the same order."""


class Judging(Counting):
    """A rehearsal that counts the runs of both sides instead of keeping them.

    Takes the past with both sides of the edit, its span, for how many days a job stays
    attached after its last event, and a port that says how runs ended.
    """

    def __init__(
        self,
        edit: Edit,
        span: Span,
        past: EditedPast,
        fates: Fates,
        attached_days: float = 30,
    ) -> None:
        super().__init__(past, span, attached_days)
        self.tallies: Mapping[str, Tally] = {file: Tally(file) for file in edit.files}
        self._fates = fates
        #: Runs for times of the site, by file, side and event spec.
        self._times: defaultdict[str, dict[str, Counter[str]]] = defaultdict(
            lambda: {BEFORE: Counter(), AFTER: Counter()}
        )
        self._lost: list[Lost] = []

    def through(
        self, settings: DispatchSettings, judging: Judge = judge
    ) -> Iterator[int]:
        yield from super().through(settings, judging)
        for file, sides in self._times.items():
            self.tallies[file].same += (sides[BEFORE] & sides[AFTER]).total()
        self._ask()

    def queue(self, runs: Iterable[PlannedRun]) -> None:
        records = {each.accepted.sequence: each for each in self.taken}
        found: dict[_Key, dict[str, list[Planned]]] = {}
        for run in runs:
            record = records[run.sequence]
            if not self.counts(record):
                continue
            planned = self._planned_by(run, record)
            key: _Key = (run.sequence, run.job, run.key.file)
            found.setdefault(key, {BEFORE: [], AFTER: []})[planned.side].append(planned)
        for key, sides in found.items():
            self._compare(key, sides, records[key[0]])

    def _planned_by(self, run: PlannedRun, record: Record) -> Planned:
        event, known = record.accepted.event, self.known.get(run.job)
        told = None if event.id in self.computed else event.id
        return Planned(
            run.key.directory,
            record.planned_at,
            f"{event.name}-{event.type}",
            known.job.user if known else "",
            Example(told, run.job or None),
        )

    def _compare(
        self, key: _Key, sides: Mapping[str, list[Planned]], record: Record
    ) -> None:
        sequence, job, file = key
        if not job:
            for side, runs in sides.items():
                self._times[file][side][record.accepted.event.spec] += len(runs)
                for run in runs:
                    self.tallies[file].take(run)
            return
        lost = self.tallies[file].compare(sides[BEFORE], sides[AFTER])
        self._lost += [Lost(sequence, job, file)] * lost
        if len(self._lost) >= _ASKED:
            self._ask()

    def _ask(self) -> None:
        """Find out how the lost runs ended that were not asked about yet."""
        for lost, fate in zip(self._lost, self._fates.of(self._lost), strict=True):
            self.tallies[lost.file].became(fate)
        self._lost.clear()
