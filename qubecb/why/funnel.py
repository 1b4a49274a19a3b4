"""The answer about one mapping and a span: how many came how far, and what stopped the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qubecb.backtest.span import Span
from qubecb.why.answer import Answer
from qubecb.why.causes import Cause, at_utc


class Stage(StrEnum):
    """A step of the funnel. The first two count events, the others runs."""

    OF_KIND = "of-kind"
    RIGHT_JOB = "right-job"
    TRIGGER_TRUE = "trigger-true"
    KEPT_BACK = "kept-back"
    STARTED = "started"
    ENDED_WELL = "ended-well"


@dataclass(frozen=True, slots=True)
class Funnel:
    """The counts of a span, and the answer for the event that came furthest."""

    span: Span
    counts: Mapping[Stage, int]
    #: For the event that came furthest; without an event if none came.
    furthest: Answer
    #: What stopped others, in the order of the codes.
    others: Sequence[Cause] = ()
    #: What the answer leaves out, as sentences.
    remarks: Sequence[str] = ()

    def as_dict(self) -> dict[str, Any]:
        """As in JSON."""
        return {
            **self.furthest.as_dict(),
            "answer": self.answer,
            "others": [each.as_dict() for each in self.others],
            "remarks": [*self.remarks],
            "funnel": [
                {"step": each.value, "count": self.counts[each]} for each in Stage
            ],
        }

    @property
    def answer(self) -> str:
        """Give it in one sentence."""
        file, counts = self.furthest.about.file, self.counts
        when = f"between {at_utc(self.span.since)} and {at_utc(self.span.until)}"
        if counts[Stage.STARTED]:
            return f"{file} was started {_times(counts[Stage.STARTED])} {when}{self._rest()}"
        return f"{file} did not run {when}{self._why()}{self._rest()}"

    def _why(self) -> str:
        about, cause = self.furthest.about, self.furthest.cause
        came = self.counts[Stage.OF_KIND]
        if about.event is None or not came or self.counts[Stage.TRIGGER_TRUE]:
            return f", because {cause.sentence}"
        of = "the event that came" if came == 1 else f"of {came:,} events of its kinds"
        whose = f" of job {about.job}" if about.job else ""
        far = "" if came == 1 else " came furthest"
        return f": {of}, `{about.event_spec}`{whose}{far}, and {cause.sentence}"

    def _rest(self) -> str:
        counts, said = self.counts, []
        bad = counts[Stage.STARTED] - counts[Stage.ENDED_WELL]
        if bad:
            said.append(f"{bad:,} of these did not end well, or not yet")
        if kept := counts[Stage.KEPT_BACK]:
            said.append(f"{kept:,} {'was' if kept == 1 else 'were'} kept back")
        return "".join(f"; {each}" for each in said)


def furthest_of(answers: Sequence[Answer]) -> tuple[Answer, list[Cause]]:
    """Give the answer that came furthest on the way (of several the first), and other causes, one a code."""
    best = max(answers, key=lambda each: each.cause.code.place)
    others = {each.cause.code: each.cause for each in answers}
    others.pop(best.cause.code)
    return best, sorted(others.values(), key=lambda each: each.code.place)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
