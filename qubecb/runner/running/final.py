"""The outcome of a run, made of the last state it was in and of what was gathered beside it."""

from __future__ import annotations

from dataclasses import dataclass

from qubecb.errors import QubecbError
from qubecb.runner.farm.conversation import Conversation
from qubecb.runner.mask import masked_text
from qubecb.runner.order import Order
from qubecb.runner.outcome import Outcome, Output, RunState
from qubecb.runner.running.attempt import Attempt, End
from qubecb.runner.running.reasons import SYS_EXIT, Cause, ending


@dataclass(frozen=True, slots=True)
class Final:
    """What an outcome says that was gathered beside the state."""

    order: Order
    said: Conversation
    output: Output
    #: How many processes it left running.
    left: int
    #: The present, monotonic and since 1970.
    now: float
    time: float


def settled(attempt: Attempt, end: End, cause: Cause | None, final: Final) -> Outcome:
    """Everything that is kept of a run that ended."""
    said = final.said
    judged = ending(cause, end.status, said.traceback)
    # the clock may have been set meanwhile: what it says now counts, and how long it took
    ended_at = final.time - (final.now - end.at)
    traceback = said.traceback if judged.exit else None
    return Outcome(
        run_id=final.order.run_id,
        state=judged.state,
        reason=masked_text(judged.reason),
        exit=judged.exit,
        started_at=ended_at - (end.at - end.began),
        ended_at=ended_at,
        output=final.output,
        actions=tuple(said.actions),
        traceback=traceback if traceback and traceback["type"] else None,
        grandchildren=final.left,
        notes=(*said.remarks, *_noted(said, judged.exit)),
        mode=attempt.mode,
        script=attempt.script,
        script_sha256=attempt.script_sha256,
    )


def _noted(said: Conversation, code: int | None) -> tuple[str, ...]:
    return (SYS_EXIT,) if said.left and code == 0 else ()


def refused(order: Order, error: QubecbError, time: float) -> Outcome:
    """The outcome of a run that could not be started at all."""
    return Outcome(
        run_id=order.run_id,
        state=RunState.FAILED,
        reason=masked_text(str(error)),
        exit=None,
        started_at=time,
        ended_at=time,
    )
