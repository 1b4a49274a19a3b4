"""A farm that keeps what one run asked of it, for the run's page.

Whatever language a callback is written in, its calls come through here: verbs get their
first name, targets are checked before the farm sees them, and the number is bounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qubecb.errors import FarmError, QubecbError
from qubecb.jobs.applying import check_targets
from qubecb.jobs.verbs import first_name
from qubecb.runner.farm.port import Farm, JobQuery
from qubecb.runner.outcome import Action

#: What one run may ask for; a callback in an endless loop reaches it, no other does.
MOST_ACTIONS = 10_000
MOST_TARGETS = 10_000
SHOWN_TARGET = 200


class RecordingFarm:
    """One run's view of a farm, with every action noted. Implements Farm."""

    def __init__(self, farm: Farm) -> None:
        self._farm = farm
        self.actions: list[Action] = []

    def jobinfo(self, query: JobQuery) -> Sequence[Mapping[str, Any]]:
        """Give the jobs that the query means. Raises FarmError."""
        return self._farm.jobinfo(query)

    def act(
        self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
    ) -> Sequence[str | int]:
        """Apply a verb under any of its names, and note what came of it."""
        if len(self.actions) >= MOST_ACTIONS:
            raise FarmError(f"this run has asked the farm for {MOST_ACTIONS} actions")
        verb = first_name(verb)
        try:
            if len(targets) > MOST_TARGETS:
                raise FarmError(f"{verb} was given more than {MOST_TARGETS} ids")
            checked = [str(target) for target in check_targets(verb, targets)]
            applied = self._farm.act(verb, checked, arguments)
        except QubecbError as error:
            self._note(verb, targets, (), str(error))
            raise
        self._note(verb, checked, applied)
        return applied

    def _note(
        self,
        verb: str,
        targets: Sequence[str],
        applied: Sequence[str | int],
        error: str = "",
    ) -> None:
        shown = tuple(
            storable(target)[:SHOWN_TARGET] for target in targets[:MOST_TARGETS]
        )
        self.actions.append(Action(verb, shown, tuple(map(str, applied)), error))


def storable(text: str) -> str:
    """The text as every database can hold it: no NUL, no half surrogate pairs."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
