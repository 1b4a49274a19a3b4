"""What is read to answer a question about the past, besides the past itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.jobs.ids import JobId


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An accepted event, and what became of it. Times are Unix seconds."""

    accepted: AcceptedEvent
    accepted_at: float
    planned_at: float | None = None
    #: Since when it is set aside, and why.
    set_aside_at: float | None = None
    remark: str = ""

    @property
    def at(self) -> float:
        """When it was judged, or would have been."""
        return self.planned_at or self.accepted_at

    @property
    def turn(self) -> tuple[float, int]:
        """Its place among others: when it was planned; what was not planned comes last."""
        at = inf if self.planned_at is None else self.planned_at
        return at, self.accepted.sequence


@dataclass(frozen=True, slots=True)
class RecordedPause:
    """The pause that kept a run back. Times are Unix seconds."""

    id: int
    directory: str
    file: str
    reason: str
    by: str
    since: float
    until: float | None
    #: How many other runs it kept back.
    others: int = 0


class Counted(NamedTuple):
    """An event spec of an `&&` trigger, and the event that satisfied it (None: not known)."""

    spec: str
    sequence: int | None
    event: str | None = None


class Seen(NamedTuple):
    """How many events of a name and type came in seven days, and when the last one came."""

    times: int
    last: float | None


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """What "why" needs to know about a run. Times are Unix seconds."""

    id: int
    event: int
    job: JobId | None
    key: MappingKey
    trigger: str
    state: str
    reason: str
    queued_at: float
    started_at: float | None = None
    ended_at: float | None = None
    settled: str = ""
    settled_by: str = ""
    replay_of: int | None = None
    pause: RecordedPause | None = None
    #: Of an `&&` trigger.
    satisfied_by: Sequence[Counted] = ()


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A line of callbacks.conf for a file that does not count, and why."""

    line: int
    trigger: str
    #: What is wrong with it; empty: another line for the file counts.
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """What one revision says of one file."""

    #: Its id, and its number within the directory; None: there was no revision yet.
    revision: int | None
    number: int | None
    #: Lines for the file that have no effect.
    other_lines: Sequence[OtherLine] = ()
    #: The number of the revision in force now, if it is another one and maps the file.
    now: int | None = None


def told(**parameters: Any) -> dict[str, Any]:
    """Give the parameters of a cause that are known."""
    return {name: each for name, each in parameters.items() if each not in (None, "")}
