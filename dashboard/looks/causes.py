"""How the causes of "why did it not run?" look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.looks.states import Look, look_of
from qubecb.why.answer import Answer
from qubecb.why.causes import Code, Step

_KEPT_BACK = Look("circle-pause", "amber", "Kept back")
_LOOKS = {
    Code.SET_ASIDE: Look("circle-pause", "red", "Set aside"),
    Code.NOT_PLANNED: Look("clock", "accent", "Waits"),
    Code.WAITING_FOR: Look("bookmark-check", "accent", "Waits for more"),
    Code.PAUSED: _KEPT_BACK,
    Code.LANGUAGE_DISABLED: _KEPT_BACK,
    Code.CANCELLED: look_of("cancelled"),
    Code.QUEUED: look_of("queued"),
    Code.LOST: look_of("lost"),
}
_OTHER = Look("circle-dashed", "grey", "Did not run")
#: What is far from running: the callback waits for something else altogether.
FAR = (Code.NO_EVENT, Code.SITE, Code.OTHER_NAME)
#: Steps of the way and event specs of a trigger, by verdict.
VERDICTS = {
    "passed": Look("circle-check", "green", "passed"),
    "stopped": Look("octagon-x", "red", "stopped here"),
    "satisfied": Look("circle-check", "green", "satisfied"),
    "remembered": Look("bookmark-check", "accent", "remembered"),
    "counted": Look("check-check", "grey", "counted already"),
    "not": Look("circle-x", "red", "not satisfied"),
    "not-reached": Look("circle-dashed", "grey", "not reached"),
}
STEPS = {
    Step.ACCEPTED: "Accepted",
    Step.PLANNED: "Planned by the dispatcher",
    Step.JOB: "Its job is known, and was submitted before",
    Step.MAPPING: "Mapped in the revision that counts",
    Step.TRIGGER: "The trigger is true",
    Step.NOT_KEPT_BACK: "Neither paused nor its language disabled",
    Step.QUEUED: "Queued",
    Step.STARTED: "Started",
    Step.ENDED: "Ended",
}
#: Steps of which there is nothing more to say once they are passed.
PLAIN = (Step.JOB, Step.TRIGGER, Step.NOT_KEPT_BACK)

#: The steps of a funnel, each with what it counts.
STAGES = {
    "of-kind": ("Events of such a kind", "with the name and type of an event spec"),
    "right-job": ("About the right job", "as the contexts of the trigger mean it"),
    "trigger-true": ("Trigger true", "a run for each time"),
    "kept-back": ("Kept back", "paused, or its language disabled"),
    "started": ("Started", "however they ended"),
    "ended-well": ("Ended well", "succeeded"),
}


def look_of_answer(answer: Answer) -> Look:
    """How a callback is shown that did, or did not, run."""
    return look_of_code(answer.cause.code, answer.cause.parameters)


def look_of_code(code: Code, parameters: Mapping[str, Any]) -> Look:
    """How a cause is shown. Takes also its parameters."""
    if code is Code.RAN:
        return look_of(str(parameters.get("state", "")))
    return _LOOKS.get(code, _OTHER)
