"""A farm that keeps what one run asked of it, for the run's page.

Whatever language a callback is written in, its calls come through here: verbs get their
first name, targets are checked before the farm sees them, what is kept is masked, and its
number is bounded: that of calls, of ids in a call, and of ids that are listed for the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qubecb.errors import FarmError, QubecbError
from qubecb.jobs.applying import check_targets
from qubecb.jobs.verbs import first_name
from qubecb.runner.farm.port import Farm, JobQuery
from qubecb.runner.mask import masked_text, masked_texts
from qubecb.runner.outcome import Action

#: What one run may ask for; a callback in an endless loop reaches it, no other does.
MOST_ACTIONS = 10_000
MOST_TARGETS = 10_000
SHOWN_TARGET = 200
#: Ids that are listed with the actions of one run; what is named besides is only counted.
MOST_LISTED = 100_000


class RecordingFarm:
    """One run's view of a farm, with every action noted. Implements Farm."""

    def __init__(self, farm: Farm) -> None:
        self._farm = farm
        self._targets, self._applied = _Listed(), _Listed()
        self.actions: list[Action] = []

    @property
    def remarks(self) -> list[str]:
        """What is not listed of the actions, in words."""
        if not self._targets.unlisted and not self._applied.unlisted:
            return []
        return [
            f"only the first {MOST_LISTED:,} ids are listed with its actions: it named"
            f" {self._targets.unlisted:,} more, and {self._applied.unlisted:,} more were changed"
        ]

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
        kept, changed = self._targets.list(targets), self._applied.list(applied)
        unlisted = len(targets) - len(kept)
        shown = masked_text(storable(error))
        self.actions.append(Action(verb, kept, changed, shown, unlisted))


class _Listed:
    """Ids that are kept for people to see, as long as there is room."""

    def __init__(self) -> None:
        self._room = MOST_LISTED
        self.unlisted = 0

    def list(self, ids: Sequence[str | int]) -> tuple[str, ...]:
        """Give the first ids that there is room for, short and masked; count the others."""
        shown = [storable(str(one))[:SHOWN_TARGET] for one in ids[: self._room]]
        self._room -= len(shown)
        self.unlisted += len(ids) - len(shown)
        return tuple(masked_texts(shown))


def storable(text: str) -> str:
    """The text as every database can hold it: no NUL, no half surrogate pairs."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
