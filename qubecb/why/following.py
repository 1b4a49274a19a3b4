"""Follows the events of a span on their way to one mapping: how far each one comes.

The dispatcher's own code plans the past again, once. Of events that come equally far only the
newest is kept; Why then gives the answer for it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple

from qubecb.backtest.counting import Counting
from qubecb.backtest.span import Span
from qubecb.backtest.unhindered import Unhindered
from qubecb.dispatch.dispatcher import DispatchSettings
from qubecb.dispatch.facts import Facts
from qubecb.dispatch.judging import Hit, Judge, concerned, judge
from qubecb.dispatch.lives import Step
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.dispatch.verdict import Case, Obstacle, obstacles
from qubecb.jobs.ids import JobId
from qubecb.triggers import EventSpec


class Reached(IntEnum):
    """How far an event comes, for the job for which it comes furthest."""

    #: It belongs to no job that is known.
    NOBODY = 0
    #: It was meant for another mapping.
    MEANT_FOR_ANOTHER = 1
    #: The configuration of the job does not map the file.
    NOT_MAPPED = 2
    #: No event counts for the job, because it was removed or not submitted yet.
    UNCOUNTED = 3
    #: The contexts mean another job.
    OTHER_JOB = 4
    #: The right job, and another item, or it was counted before.
    RIGHT_JOB = 5
    #: An event spec is satisfied, and the trigger waits for others.
    COUNTS = 6
    TRIGGER_TRUE = 7


class Newest(NamedTuple):
    """The newest of the events that came equally far, and the job for which it did."""

    sequence: int
    #: None: the site.
    job: JobId | None


#: What may be wrong about an event of the right job.
_OF_RIGHT_JOB = frozenset(
    {Obstacle.EXTRA, Obstacle.TIME, Obstacle.ENDED, Obstacle.COUNTED}
)


class Following(Counting):
    """A rehearsal of one mapping. Tests are left out.

    Takes the past with this mapping only (OneMapping), the names and types of its event specs, the span,
    and for how many days a job stays attached after its last event.
    """

    def __init__(
        self,
        key: MappingKey,
        kinds: frozenset[tuple[str, str]],
        past: Unhindered,
        span: Span,
        attached_days: float = 30,
    ) -> None:
        super().__init__(past, span, attached_days)
        self.key = key
        self.newest_of: dict[Reached, Newest] = {}
        #: The sequences of the events about the right job.
        self.about_right_job = array("Q")
        #: How often the trigger was true, timers that nobody recorded left out.
        self.true = 0
        self._kinds = kinds
        #: The events of the batch.
        self._met: dict[int, tuple[Reached, JobId | None]] = {}

    def through(
        self, settings: DispatchSettings, judging: Judge = judge
    ) -> Iterator[int]:
        def seeing(facts: Facts) -> Iterator[tuple[Step, list[Hit]]]:
            for step, cases in concerned(facts, self._is_wanted):
                self._met[step.accepted.sequence] = self._furthest(step, cases, facts)
            return judging(facts)

        yield from super().through(settings, seeing)

    def queue(self, runs: Iterable[PlannedRun]) -> None:
        for run in runs:
            reached, _ = self._met.get(run.sequence, (None, None))
            if reached is not None:
                self.true += 1
                self._met[run.sequence] = Reached.TRIGGER_TRUE, run.job or None

    def planned(
        self, events: Iterable[AcceptedEvent], remarks: Mapping[int, str]
    ) -> None:
        planned = list(events)
        for each in planned:
            met = self._met.pop(each.sequence, None)
            if met is not None:
                self._take(each.sequence, *met)
        self._met.clear()
        super().planned(planned, remarks)

    def _take(self, sequence: int, reached: Reached, job: JobId | None) -> None:
        if reached >= Reached.RIGHT_JOB:
            self.about_right_job.append(sequence)
        self.newest_of[reached] = Newest(sequence, job)

    def _is_wanted(self, step: Step) -> bool:
        accepted = step.accepted
        return (
            self.span.holds(accepted.sequence)
            and not accepted.test
            and accepted.event.id not in self.computed
            and (accepted.event.name, accepted.event.type) in self._kinds
        )

    def _furthest(
        self,
        step: Step,
        cases: Iterable[tuple[KnownJob | None, Case]],
        facts: Facts,
    ) -> tuple[Reached, JobId | None]:
        own = step.accepted.event.job.id or None
        if step.accepted.only not in (None, self.key):
            return Reached.MEANT_FOR_ANOTHER, own
        found = [
            (self._reached(known, case, facts), known.job.id if known else None)
            for known, case in cases
        ]
        return max(found, key=lambda each: each[0], default=(Reached.NOBODY, own))

    def _reached(self, known: KnownJob | None, case: Case, facts: Facts) -> Reached:
        mapping = facts.configurations.of(known).by_key.get(self.key)
        if mapping is None:
            return Reached.NOT_MAPPED
        if case.uncounted is not None:
            return Reached.UNCOUNTED
        return max(_reached(spec, case) for spec in mapping.trigger.specs)


def _reached(spec: EventSpec, case: Case) -> Reached:
    event = case.occurrence.event
    if (event.name, event.type) not in spec.kinds:
        return Reached.OTHER_JOB
    wrong = set(obstacles(spec, case))
    if not wrong:
        return Reached.COUNTS
    return Reached.RIGHT_JOB if wrong <= _OF_RIGHT_JOB else Reached.OTHER_JOB
