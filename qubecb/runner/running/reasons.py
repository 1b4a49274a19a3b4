"""How a run ended, in one state and one sentence."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from qubecb.runner.outcome import RunState

#: What is remarked where a script said `sys.exit()`, `sys.exit(0)` and the like.
SYS_EXIT = (
    "sys.exit() would have ended Qube's own supervisor process; here it is harmless"
)
_UNITS = ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB"))
_MEANINGS = {
    signal.SIGSEGV: "segmentation fault",
    signal.SIGABRT: "aborted",
    signal.SIGKILL: "killed",
    signal.SIGTERM: "terminated",
    signal.SIGFPE: "arithmetic error",
    signal.SIGBUS: "bus error",
    signal.SIGILL: "illegal instruction",
}


class Cause(NamedTuple):
    """Why we ended a run."""

    state: RunState
    reason: str


@dataclass(frozen=True, slots=True)
class Ending:
    """State, sentence, and the exit status or minus the signal's number."""

    state: RunState
    reason: str
    exit: int | None


def exit_of(status: int | None) -> int | None:
    """The exit status, or minus the signal's number, of a wait status."""
    return None if status is None else os.waitstatus_to_exitcode(status)


def ending(
    cause: Cause | None,
    status: int | None,
    traceback: Mapping[str, Any] | None,
) -> Ending:
    """Judge a run: `cause` is why we ended it, if we did; `status` what wait said of it."""
    code = exit_of(status)
    if cause is not None:
        return Ending(cause.state, cause.reason, code)
    if code is None:
        return Ending(
            RunState.LOST, "its host died, so nobody knows how it ended", None
        )
    if code < 0:
        return Ending(RunState.CRASHED, killed_by(-code), code)
    if code == 0:
        return Ending(RunState.SUCCEEDED, "", 0)
    reason = raised(traceback) if traceback else f"exited with status {code}"
    return Ending(RunState.FAILED, reason, code)


def killed_by(number: int) -> str:
    """`killed by signal 11 (segmentation fault)`."""
    try:
        known = signal.Signals(number)
    except ValueError:
        return f"killed by signal {number}"
    return f"killed by signal {number} ({_MEANINGS.get(known, known.name)})"


def raised(traceback: Mapping[str, Any]) -> str:
    """`ZeroDivisionError: division by zero (broken.py, line 3)`."""
    said = ": ".join(filter(None, (traceback["type"], traceback["message"])))
    frames = traceback["frames"]
    if not frames:
        return said
    return f"{said} ({Path(frames[-1]['file']).name}, line {frames[-1]['line']})"


def size(value: float) -> str:
    """`1 GiB`, `64 MiB`, `1.5 KiB`, `100 bytes`."""
    for factor, unit in _UNITS:
        if value >= factor:
            return f"{value / factor:.4g} {unit}"
    return f"{value:g} bytes"
