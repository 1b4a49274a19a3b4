"""What became of a run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class RunState(StrEnum):
    """Where a run is, or how it ended."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    #: Ended with a status other than 0, an exception, or a limit other than time.
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    #: Killed by a signal that qubecb did not send.
    CRASHED = "crashed"
    #: Its worker or host died, so nobody knows.
    LOST = "lost"
    #: Not run: the callback was paused or its language disabled.
    SUPPRESSED = "suppressed"
    #: Ended by a person or by the service's shutdown.
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to the run by itself."""
        return self not in UNFINISHED

    @property
    def opens(self) -> bool:
        """Whether somebody has to look at a run that ended so, until it is settled."""
        return self.ended and self not in SETTLED_AT_ONCE


#: Nothing has become of it yet.
UNFINISHED = (RunState.QUEUED, RunState.RUNNING)
#: How a run ends, in the order of the states.
ENDED = tuple(state for state in RunState if state.ended)
#: It went wrong.
BAD = (RunState.FAILED, RunState.TIMED_OUT, RunState.CRASHED, RunState.LOST)
#: It ended without having been started.
NOT_RUN = (RunState.SUPPRESSED, RunState.CANCELLED)
#: What an outcome is stored over: it may come late, after the run was given up.
TAKES_OUTCOME = (RunState.RUNNING, RunState.LOST)
#: Nobody has to look at it.
SETTLED_AT_ONCE = (RunState.SUCCEEDED, RunState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a callback asked of the farm."""

    verb: str
    #: The ids asked for, as text.
    targets: tuple[str, ...]
    #: The ids that the farm says it changed; in a simulation, those it would have.
    applied: tuple[str, ...]
    #: Why the farm refused, or empty.
    error: str = ""
    #: How many more ids were asked for than `targets` lists.
    unlisted: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The action as pages and the API give it."""
        shown: dict[str, Any] = {
            "verb": self.verb,
            "targets": list(self.targets),
            "applied": list(self.applied),
        }
        if self.error:
            shown["error"] = self.error
        if self.unlisted:
            shown["unlisted"] = self.unlisted
        return shown


@dataclass(frozen=True, slots=True)
class Output:
    """What was kept of a run's output: all of it, or head and tail."""

    head: bytes = b""
    tail: bytes = b""
    #: Bytes that the run wrote in all.
    total: int = 0

    @property
    def cut(self) -> int:
        """Bytes that were not kept."""
        return self.total - len(self.head) - len(self.tail)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run ended, with everything that is kept of it."""

    run_id: str
    state: RunState
    #: A sentence for people: "stopped after 60 s".
    reason: str
    #: Exit status, minus the signal's number, or None when nothing is known.
    exit: int | None
    started_at: float
    ended_at: float
    output: Output = Output()
    actions: tuple[Action, ...] = ()
    #: {"type", "message", "frames": [{"file", "line", "function", "code"}], "locals": {}}
    traceback: dict[str, Any] | None = None
    #: Processes that the callback left running.
    grandchildren: int = 0
    #: Remarks that are not failures: "sys.exit() would have ended Qube's own supervisor process".
    notes: tuple[str, ...] = ()
    #: "fork" or "fresh".
    mode: str = ""
    script: bytes = field(default=b"", repr=False)
    script_sha256: str = ""

    @property
    def seconds(self) -> float:
        """How long it ran."""
        return max(0.0, self.ended_at - self.started_at)

    def without_contents(self, error: Exception) -> Outcome:
        """How it ended and nothing else, for a store that will not take the rest."""
        reason = f"{self.reason}; " if self.reason else ""
        return replace(
            self,
            reason=f"{reason}the rest could not be stored ({type(error).__name__})",
            exit=None,
            grandchildren=0,
            output=Output(total=self.output.total),
            actions=(),
            traceback=None,
            notes=(),
            script=b"",
            script_sha256="",
        )
