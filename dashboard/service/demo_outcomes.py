"""What the callbacks of a demonstration are said to have done."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from signal import SIGSEGV
from typing import Any

from dashboard.models import Run
from dashboard.store.runs import LOST
from qubecb.events import Event
from qubecb.runner.endings import killed_by
from qubecb.runner.outcome import Action, Outcome, Output, RunState

#: How often a callback ends other than well.
_ENDS = (
    (RunState.SUCCEEDED, 0.93),
    (RunState.FAILED, 0.045),
    (RunState.TIMED_OUT, 0.012),
    (RunState.CRASHED, 0.008),
    (RunState.LOST, 0.003),
    (RunState.CANCELLED, 0.002),
)
_REASONS = {
    RunState.TIMED_OUT: "stopped after 60 s",
    RunState.CRASHED: killed_by(SIGSEGV),
    RunState.FAILED: "exited with status 1",
    RunState.LOST: LOST,
    RunState.CANCELLED: "cancelled by admin: the file server is away",
}
_EXITS = {RunState.SUCCEEDED: 0, RunState.FAILED: 1, RunState.CRASHED: -11}
_NO_SHOT = ("KeyError", "'prod_shot'")
_NO_SERVER = ("ConnectionRefusedError", "[Errno 111] Connection refused")


def outcome(run: Run, event: Event, chance: random.Random) -> Outcome:
    """Make up how a run of that event ended."""
    states, weights = zip(*_ENDS, strict=True)
    state: RunState = chance.choices(states, weights)[0]
    seconds = 60.0 if state is RunState.TIMED_OUT else chance.lognormvariate(-4.2, 0.9)
    started = event.time + chance.uniform(0.003, 0.02)
    script = _script(run)
    failed = state is RunState.FAILED
    trouble = _traceback(run, chance) if failed else None
    text = _text(run, event, state, trouble)
    return Outcome(
        run_id=str(run.pk),
        state=state,
        reason=_reason(state, trouble),
        exit=_EXITS.get(state),
        started_at=started,
        ended_at=started + seconds,
        output=Output(head=text, total=len(text)),
        actions=_actions(run, event, state),
        traceback=trouble,
        mode="fresh" if run.file.endswith(".pl") else "fork",
        script=script,
        script_sha256=hashlib.sha256(script).hexdigest() if script else "",
    )


def _script(run: Run) -> bytes:
    try:
        return Path(run.directory, run.file).read_bytes()
    except OSError:
        return b""


def _reason(state: RunState, trouble: dict[str, Any] | None) -> str:
    if trouble:
        return f"{trouble['type']}: {trouble['message']}"
    return _REASONS.get(state, "")


def _traceback(run: Run, chance: random.Random) -> dict[str, Any] | None:
    if not run.file.endswith(".py"):
        return None
    kind, message = chance.choice((_NO_SHOT, _NO_SERVER))
    line = 31 if kind == "KeyError" else 47
    frame = {
        "file": str(Path(run.directory, run.file)),
        "line": line,
        "function": "main",
        "code": "shot = job['prod_shot']" if line == 31 else "connection.connect(HOST)",
    }
    return {
        "type": kind,
        "message": message,
        "frames": [frame],
        "locals": {"job": f"{{'id': {run.job}, 'name': {run.job_name!r}}}"},
    }


def _text(
    run: Run, event: Event, state: RunState, trouble: dict[str, Any] | None
) -> bytes:
    lines = [f"{event.spec} of job {run.job} ({run.job_name})"]
    if trouble:
        lines += ["Traceback (most recent call last):"]
        for frame in trouble["frames"]:
            lines.append(
                f'  File "{frame["file"]}", line {frame["line"]}, in {frame["function"]}'
            )
            lines.append(f"    {frame['code']}")
        lines.append(f"{trouble['type']}: {trouble['message']}")
    elif state is RunState.SUCCEEDED:
        lines.append("ok")
    return "".join(f"{line}\n" for line in lines).encode()


def _actions(run: Run, event: Event, state: RunState) -> tuple[Action, ...]:
    """A Perl callback looks at frames and has one in twenty rendered again."""
    again = event.type == "work" and event.name == "failed"
    if state is not RunState.SUCCEEDED or not again or not run.file.endswith(".pl"):
        return ()
    target = f"{run.job}:{event.extra}"
    return (Action("retrywork", (target,), (target,)),)
