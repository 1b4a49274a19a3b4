"""The answer to "why did it not run?": cause, way and trigger, as frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from qubecb.jobs.ids import JobId
from qubecb.why.causes import Cause, Code, Step, iso

#: `counted`: it came earlier and was counted for an earlier run, so it does not count again.
SpecState = Literal["satisfied", "remembered", "counted", "not", "not-reached"]
StepState = Literal["passed", "stopped", "not-reached"]
Operator = Literal["and", "or"]


@dataclass(frozen=True, slots=True)
class StepVerdict:
    """One step of the way."""

    step: Step
    verdict: StepState
    sentence: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As in JSON."""
        return {
            "step": self.step.value,
            "verdict": self.verdict,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class Nearest:
    """The event that came closest to satisfying an event spec, and why it did not."""

    event: str
    #: As people write it: `failed-work-7`.
    spec: str
    job: JobId
    at: float
    #: `another type`.
    differs: str
    sequence: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """As in JSON."""
        return {
            "event": self.event,
            "spec": self.spec,
            "job": self.job,
            "at": iso(self.at),
            "differs": self.differs,
        }


@dataclass(frozen=True, slots=True)
class Leaf:
    """One event spec of a trigger, and its verdict at the event."""

    spec: str
    verdict: SpecState
    sentence: str
    #: Why the event does not satisfy it; None if it does.
    code: Code | None = None
    #: How many events of its name and type came in seven days, and when the last (Unix
    #: seconds); None: not known, never or not asked.
    seen: int | None = None
    last: float | None = None
    #: If remembered or counted: when it was satisfied, and by which event.
    since: float | None = None
    event: str | None = None
    #: If counted: for which run.
    run: str | None = None
    nearest: Nearest | None = None

    @property
    def holds(self) -> bool:
        """Whether it is true in the trigger."""
        return self.verdict in ("satisfied", "remembered")

    def as_dict(self) -> dict[str, Any]:
        """As in JSON."""
        return {
            "spec": self.spec,
            "verdict": self.verdict,
            "seen": self.seen,
            "last": iso(self.last),
            "sentence": self.sentence,
            "code": self.code.value if self.code else None,
            "since": iso(self.since),
            "event": self.event,
            "run": self.run,
            "nearest": self.nearest.as_dict() if self.nearest else None,
        }


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts of a trigger, joined by `&&` or `||`."""

    operator: Operator
    items: tuple[Tree, ...]

    @property
    def holds(self) -> bool:
        """Whether it is true, which only the parts shown below it decide."""
        together = all if self.operator == "and" else any
        return together(each.holds for each in self.items)

    def as_dict(self) -> dict[str, Any]:
        """As in JSON."""
        return {
            "operator": self.operator,
            "holds": self.holds,
            "items": [each.as_dict() for each in self.items],
        }


#: A trigger as it is shown: leaves, joined.
Tree: TypeAlias = Leaf | Joined


@dataclass(frozen=True, slots=True)
class About:
    """What an answer is about: one mapping, for one event and one job."""

    file: str
    directory: str
    #: The event's id (None: no event came), its sequence, and how people write it.
    event: str | None = None
    sequence: int | None = None
    event_spec: str = ""
    #: The attached job; None for the site.
    job: JobId | None = None
    #: The mapping as the job is bound to it; empty if there is none.
    trigger: str = ""
    line: int = 0
    #: The revision's id; None: none, or not known.
    revision: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """As in JSON."""
        return {
            "file": self.file,
            "directory": self.directory,
            "event": self.event,
            "job": self.job,
            "trigger": self.trigger,
            "line": self.line,
            "revision": self.revision,
        }


@dataclass(frozen=True, slots=True)
class AsOf:
    """What one configuration means for the event: the one of that time, or today's."""

    answer: str
    cause: Cause | None
    revision: int | None
    trigger: str = ""
    line: int = 0

    def as_dict(self) -> dict[str, Any]:
        """As in JSON. No cause: it would run."""
        return {
            "answer": self.answer,
            "cause": self.cause.as_dict() if self.cause else None,
            "revision": self.revision,
            "trigger": self.trigger,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """Why one callback did or did not run for one event and one job."""

    about: About
    #: One sentence: `notify.py did not run for failed-job of job 5042, because …`.
    answer: str
    cause: Cause
    #: What to do about it, as a sentence, or empty.
    advice: str = ""
    #: What would also have stopped it, in order.
    others: Sequence[Cause] = ()
    #: Every step of the way, in order.
    steps: Sequence[StepVerdict] = ()
    #: The distinct event specs of the trigger, in order; and the same as a tree.
    specs: Sequence[Leaf] = ()
    tree: Tree | None = None
    #: Ids of the runs of this mapping, event and job, oldest first; replays included.
    runs: Sequence[str] = ()
    #: If the configuration has changed since: the verdict of that time, and today's.
    then: AsOf | None = None
    now: AsOf | None = None
    #: What the answer leaves out, as sentences: jobs that were not checked, …
    remarks: Sequence[str] = field(default=())

    @property
    def ran(self) -> bool:
        """Whether it was started, however it ended."""
        return self.cause.code.began

    def as_dict(self) -> dict[str, Any]:
        """As in JSON."""
        return {
            **self.about.as_dict(),
            "answer": self.answer,
            "advice": self.advice,
            "cause": self.cause.as_dict(),
            "others": [each.as_dict() for each in self.others],
            "steps": [each.as_dict() for each in self.steps],
            "specs": [each.as_dict() for each in self.specs],
            "tree": self.tree.as_dict() if self.tree else None,
            "runs": list(self.runs),
            "then": self.then.as_dict() if self.then else None,
            "now": self.now.as_dict() if self.now else None,
            "remarks": list(self.remarks),
        }
