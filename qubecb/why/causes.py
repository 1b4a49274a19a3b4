"""Causes why a callback did not run for an event: each has a code, in the order of the search.

The first one found is the cause; those found after it would also have stopped the callback.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from qubecb.dispatch.verdict import Obstacle

NONE: Mapping[str, Any] = MappingProxyType({})


class Step(StrEnum):
    """The way from an event to the end of its run."""

    ACCEPTED = "accepted"
    PLANNED = "planned"
    JOB = "job"
    MAPPING = "mapping"
    TRIGGER = "trigger"
    NOT_KEPT_BACK = "not-kept-back"
    QUEUED = "queued"
    STARTED = "started"
    ENDED = "ended"


class Code(StrEnum):
    """The code of a cause, for programs; in the order in which causes are looked for."""

    BEFORE_HISTORY = "before-history"
    UNKNOWN_JOB = "unknown-job"
    NO_EVENT = "no-event"
    SET_ASIDE = "set-aside"
    NOT_PLANNED = "not-planned"
    NOT_ATTACHED = "not-attached"
    REMOVED = "removed"
    BEFORE_SUBMISSION = "before-submission"
    MEANT_FOR_ANOTHER = "meant-for-another"
    NOT_IN_REVISION = "not-in-revision"
    BROKEN_LINE = "broken-line"
    SHADOWED_LINE = "shadowed-line"
    SITE = "site"
    OTHER_NAME = "other-name"
    OTHER_TYPE = "other-type"
    OTHER_JOB = "other-job"
    OTHER_EXTRA = "other-extra"
    TIME = "time"
    COUNTED_ALREADY = "counted-already"
    WAITING_FOR = "waiting-for"
    PAUSED = "paused"
    LANGUAGE_DISABLED = "language-disabled"
    CANCELLED = "cancelled"
    QUEUED = "queued"
    LOST = "lost"
    RAN = "ran"

    @property
    def place(self) -> int:
        """Its place in this order: of two causes, the later one came further on the way."""
        return _PLACES[self]

    @property
    def began(self) -> bool:
        """Whether a run was started, however it ended."""
        return self in (Code.RAN, Code.LOST)


_PLACES = {code: place for place, code in enumerate(Code)}


class Kind(NamedTuple):
    """What a code means, where on the way it stops, and which parameters it may have."""

    meaning: str
    stops: Step
    parameters: tuple[str, ...] = ()


KINDS: Mapping[Code, Kind] = MappingProxyType(
    {
        Code.BEFORE_HISTORY: Kind(
            "what decides about it was pruned", Step.JOB, ("since",)
        ),
        Code.UNKNOWN_JOB: Kind("nothing ever came about the job", Step.JOB, ("job",)),
        Code.NO_EVENT: Kind(
            "nothing came with the name and type of any of its event specs",
            Step.ACCEPTED,
            ("wanted", "nearest", "since"),
        ),
        Code.SET_ASIDE: Kind(
            "the event could not be judged", Step.PLANNED, ("reason",)
        ),
        Code.NOT_PLANNED: Kind("the event waits for the dispatcher", Step.PLANNED),
        Code.NOT_ATTACHED: Kind(
            "the job had no event for so long that it was no longer attached",
            Step.JOB,
            ("job",),
        ),
        Code.REMOVED: Kind("the job had been removed before", Step.JOB, ("job",)),
        Code.BEFORE_SUBMISSION: Kind(
            "the event came before the job was submitted", Step.JOB, ("job",)
        ),
        Code.MEANT_FOR_ANOTHER: Kind(
            "the event was a test fire or a time of another mapping",
            Step.MAPPING,
            ("file", "directory"),
        ),
        Code.NOT_IN_REVISION: Kind(
            "the revision that the job is bound to does not map the file",
            Step.MAPPING,
            ("revision", "now"),
        ),
        Code.BROKEN_LINE: Kind(
            "the line of the file is broken",
            Step.MAPPING,
            ("revision", "line", "problem"),
        ),
        Code.SHADOWED_LINE: Kind(
            "a second line for the file, which does nothing",
            Step.MAPPING,
            ("revision", "line", "first_line", "trigger"),
        ),
        Code.SITE: Kind(
            "the event belongs to a job and the event spec to the site, or the other way"
            " round",
            Step.TRIGGER,
            ("spec",),
        ),
        Code.OTHER_NAME: Kind("the event has another name", Step.TRIGGER, ("spec",)),
        Code.OTHER_TYPE: Kind("the event has another type", Step.TRIGGER, ("spec",)),
        Code.OTHER_JOB: Kind(
            "the event is about another job than the one meant", Step.TRIGGER, ("spec",)
        ),
        Code.OTHER_EXTRA: Kind(
            "the event is about another item, instance or host", Step.TRIGGER, ("spec",)
        ),
        Code.TIME: Kind(
            "it is not the time in the trigger, or its intervals have ended",
            Step.TRIGGER,
            ("spec",),
        ),
        Code.COUNTED_ALREADY: Kind(
            "what is missing came before, and was counted for another run or transition",
            Step.TRIGGER,
            ("spec", "run", "event"),
        ),
        Code.WAITING_FOR: Kind(
            "the event counts, and the trigger still waits for others",
            Step.TRIGGER,
            ("specs", "run"),
        ),
        Code.PAUSED: Kind(
            "a pause kept it back",
            Step.NOT_KEPT_BACK,
            ("run", "pause", "by", "since", "until", "reason", "others", "settled"),
        ),
        Code.LANGUAGE_DISABLED: Kind(
            "its language was disabled in qb.conf",
            Step.NOT_KEPT_BACK,
            ("run", "language", "settled"),
        ),
        Code.CANCELLED: Kind(
            "its run was cancelled before it started", Step.STARTED, ("run", "settled")
        ),
        Code.QUEUED: Kind("its run waits for a place", Step.STARTED, ("run",)),
        Code.LOST: Kind(
            "its worker died, so nobody knows what became of it",
            Step.ENDED,
            ("run", "settled"),
        ),
        Code.RAN: Kind("it ran", Step.ENDED, ("run", "state", "settled")),
    }
)


#: What keeps an event from satisfying an event spec, as a code.
OBSTACLES: Mapping[Obstacle, Code] = MappingProxyType(
    {
        Obstacle.REMOVED: Code.REMOVED,
        Obstacle.BEFORE_SUBMISSION: Code.BEFORE_SUBMISSION,
        Obstacle.SITE: Code.SITE,
        Obstacle.NAME: Code.OTHER_NAME,
        Obstacle.TYPE: Code.OTHER_TYPE,
        Obstacle.CONTEXT: Code.OTHER_JOB,
        Obstacle.EXTRA: Code.OTHER_EXTRA,
        Obstacle.TIME: Code.TIME,
        Obstacle.ENDED: Code.TIME,
        Obstacle.COUNTED: Code.COUNTED_ALREADY,
    }
)


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that stops a callback, with what is known about it."""

    code: Code
    #: A sentence without its full stop, to follow "did not run, because".
    sentence: str
    #: When it was so, in Unix seconds; None if there is no single time.
    at: float | None = None
    #: By the names that KINDS has for the code; unknown values are left out.
    parameters: Mapping[str, Any] = field(default_factory=lambda: NONE)

    @property
    def stops(self) -> Step:
        """The step of the way at which it stops."""
        return KINDS[self.code].stops

    def as_dict(self) -> dict[str, Any]:
        """As in JSON."""
        return {
            "code": self.code.value,
            "sentence": self.sentence,
            "at": iso(self.at),
            "parameters": dict(self.parameters),
        }


def iso(unix: float | None) -> str | None:
    """A time as in JSON: ISO 8601, UTC."""
    if unix is None:
        return None
    return datetime.fromtimestamp(unix, UTC).isoformat().replace("+00:00", "Z")


def at_utc(unix: float) -> str:
    """A time as in a sentence: `2026-11-27 09:12:05 UTC`."""
    return f"{datetime.fromtimestamp(unix, UTC):%Y-%m-%d %H:%M:%S} UTC"
