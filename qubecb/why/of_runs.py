"""How a run ended, as a cause: its row is the truth."""

from __future__ import annotations

from qubecb.conffile.names import language_of
from qubecb.why.causes import Cause, Code, at_utc, iso
from qubecb.why.evidence import RecordedRun, told


def of_run(run: RecordedRun) -> Cause:
    """Give how a run ended, as a cause."""
    if run.state == "suppressed":
        return _kept_back(run)
    if run.state == "cancelled" and run.started_at is None:
        why = f": {run.reason}" if run.reason else ""
        return _cause(Code.CANCELLED, run, f"it was cancelled before it started{why}")
    if run.state == "queued":
        return _cause(Code.QUEUED, run, "it still waits for a place to run")
    if run.state == "lost":
        sentence = "its worker died, so nobody knows what became of it"
        return _cause(Code.LOST, run, sentence)
    return _ran(run)


def _ran(run: RecordedRun) -> Cause:
    sentence = f"run {run.id} {_ENDINGS.get(run.state, run.state)}"
    parameters = told(run=str(run.id), state=run.state, settled=run.settled)
    return Cause(Code.RAN, sentence, run.started_at or run.queued_at, parameters)


_ENDINGS = {
    "running": "is running",
    "timed_out": "ran for too long and was ended",
    "cancelled": "was cancelled while it ran",
}


def _kept_back(run: RecordedRun) -> Cause:
    pause = run.pause
    if pause is None and "paused" not in run.reason.split(":")[0]:
        parameters = told(
            run=str(run.id), language=language_of(run.key.file), settled=run.settled
        )
        return Cause(Code.LANGUAGE_DISABLED, run.reason, run.queued_at, parameters)
    if pause is None:
        return _cause(Code.PAUSED, run, run.reason)
    what = "it" if pause.file else "its directory" if pause.directory else "everything"
    until = f"to {at_utc(pause.until)}" if pause.until else "on"
    why = f" ({pause.reason})" if pause.reason else ""
    sentence = (
        f"{what} was paused by {pause.by} from {at_utc(pause.since)} {until}{why}"
    )
    parameters = told(
        run=str(run.id),
        pause=pause.id,
        by=pause.by,
        since=iso(pause.since),
        until=iso(pause.until),
        reason=pause.reason,
        others=pause.others,
        settled=run.settled,
    )
    return Cause(Code.PAUSED, sentence, run.queued_at, parameters)


def _cause(code: Code, run: RecordedRun, sentence: str) -> Cause:
    parameters = told(run=str(run.id), settled=run.settled)
    return Cause(code, sentence, run.ended_at or run.queued_at, parameters)
