"""How the states of runs and the severities of findings look."""

from __future__ import annotations

from typing import NamedTuple

from dashboard.models.runs import BEFORE_UPGRADE, DISMISSED, MADE_GOOD
from qubecb.runner.outcome import RunState


class Look(NamedTuple):
    """How something is shown: icon, tone, word."""

    icon: str
    tone: str
    word: str


STATES = {
    RunState.QUEUED: Look("clock", "grey", "Queued"),
    RunState.RUNNING: Look("loader-circle", "accent", "Running"),
    RunState.SUCCEEDED: Look("circle-check", "green", "Succeeded"),
    RunState.FAILED: Look("circle-x", "red", "Failed"),
    RunState.TIMED_OUT: Look("timer-off", "amber", "Timed out"),
    RunState.CRASHED: Look("zap-off", "red", "Crashed"),
    RunState.LOST: Look("unplug", "violet", "Lost"),
    RunState.SUPPRESSED: Look("circle-slash", "grey", "Suppressed"),
    RunState.CANCELLED: Look("ban", "grey", "Cancelled"),
}
#: What a run shows besides its state once it is settled.
SETTLED = {
    MADE_GOOD: Look("check-check", "green", "made good"),
    DISMISSED: Look("archive", "grey", "dismissed"),
    BEFORE_UPGRADE: Look("history", "grey", "before the upgrade"),
}
SEVERITIES = {
    "error": Look("circle-x", "red", "Error"),
    "warning": Look("triangle-alert", "amber", "Warning"),
    "info": Look("info", "accent", "Information"),
}
_UNKNOWN = Look("circle-dashed", "grey", "Unknown")


def look_of(state: str) -> Look:
    """How a run's state is shown; an unknown state is shown as it is."""
    try:
        return STATES[RunState(state)]
    except ValueError:
        return _UNKNOWN
