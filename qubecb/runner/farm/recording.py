"""A farm that keeps what one run asked of it, for the run's page.

Whatever language a callback is written in, its calls come through here: verbs get their
first name, targets are checked before the farm sees them, what is kept is masked, and its
number is bounded: that of calls, of ids in a call, and of ids that are listed for the run.

An action is noted before the farm is asked, so that a run that ends while the farm is still at
work says so: a script that is told FarmTimeout must not be the only one to know of its call.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qubecb.errors import FarmError, PartlyApplied, QubecbError
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
UNANSWERED = "the run ended before the farm had answered, so it may have been applied"


class RecordingFarm:
    """One run's view of a farm, with every action noted. Implements Farm."""

    def __init__(self, farm: Farm) -> None:
        self._farm = farm
        self._targets, self._applied = _Listed(), _Listed()
        self.actions: list[Action] = []
        self._closed = False
        self._noting = threading.Lock()

    def close(self) -> None:
        """The run is over: nothing more is asked of the farm."""
        with self._noting:
            self._closed = True

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
        verb = first_name(verb)
        place = self._begun(verb, targets)
        try:
            if len(targets) > MOST_TARGETS:
                raise FarmError(f"{verb} was given more than {MOST_TARGETS} ids")
            checked = [str(target) for target in check_targets(verb, targets)]
            applied = self._farm.act(verb, checked, arguments)
        except PartlyApplied as error:
            self._ended(place, error.applied, str(error))
            raise
        except QubecbError as error:
            self._ended(place, (), str(error))
            raise
        except Exception as error:
            self._ended(place, (), f"the farm failed: {type(error).__name__}")
            raise
        self._ended(place, applied)
        return applied

    def note(self, action: Action) -> None:
        """Note what was done by other means than the farm."""
        with self._noting:
            if len(self.actions) < MOST_ACTIONS:
                self.actions.append(action)

    def _begun(self, verb: str, targets: Sequence[str]) -> int:
        """Note a call that is to be answered; gives its place."""
        with self._noting:
            if self._closed:
                raise FarmError("the run has ended")
            if len(self.actions) >= MOST_ACTIONS:
                message = f"this run has asked the farm for {MOST_ACTIONS} actions"
                raise FarmError(message)
            kept = self._targets.list(targets)
            unlisted = len(targets) - len(kept)
            self.actions.append(Action(verb, kept, (), UNANSWERED, unlisted))
            return len(self.actions) - 1

    def _ended(self, place: int, applied: Sequence[str | int], error: str = "") -> None:
        """Note what came of a call."""
        with self._noting:
            changed, shown = self._applied.list(applied), masked_text(storable(error))
            before = self.actions[place]
            self.actions[place] = replace(before, applied=changed, error=shown)


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
