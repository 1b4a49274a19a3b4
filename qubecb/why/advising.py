"""What to do about a cause: a sentence for each code for which something can be done."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from qubecb.why.causes import Cause, Code

_ADVICE: Mapping[Code, str] = MappingProxyType(
    {
        Code.UNKNOWN_JOB: "Check the id, and whether the farm sends events of this job.",
        Code.NO_EVENT: (
            "Check whether the farm sends such events, or write a trigger for events that"
            " do come."
        ),
        Code.SET_ASIDE: "Plan the event again on the page of events that were set aside.",
        Code.NOT_PLANNED: "Check on the overview whether the service is behind.",
        Code.NOT_IN_REVISION: (
            "Jobs keep the configuration of their submission: submit the job again, or test"
            " fire the event for this mapping."
        ),
        Code.BROKEN_LINE: "Correct the line; jobs submitted after that use it.",
        Code.SHADOWED_LINE: "Join both triggers with || on one line.",
        Code.OTHER_NAME: "If it should run for such events, write them into its trigger.",
        Code.OTHER_TYPE: "If it should run for such events, write them into its trigger.",
        Code.OTHER_JOB: (
            "If it should run for that job, write its label or id, or parent, into the"
            " trigger."
        ),
        Code.OTHER_EXTRA: "Write * for any item, instance or host.",
        Code.WAITING_FOR: "Wait for the events that are missing, or write || instead of &&.",
        Code.PAUSED: "Run this one, or see what else the pause kept back.",
        Code.LANGUAGE_DISABLED: "Enable the language in qb.conf, and run this one.",
        Code.CANCELLED: "Run it again if it is needed after all.",
        Code.QUEUED: "See on the runs page which runs have the places.",
        Code.LOST: "See in its output what it did, and run it again if that is safe.",
    }
)
_SETTLED = "Nothing: somebody has settled it since."


def advice_for(cause: Cause) -> str:
    """Say what to do; empty if nothing can be done."""
    if cause.parameters.get("settled"):
        return _SETTLED
    return _ADVICE.get(cause.code, "")
