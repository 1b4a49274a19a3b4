"""The runs of one worker that have begun, and the outcomes of those that have ended."""

from __future__ import annotations

import math
import time
from collections.abc import KeysView

from qubecb.runner.outcome import Outcome
from qubecb.runner.running.active import ActiveRun
from qubecb.runner.running.reasons import Cause


class Runs:
    """A run is here from its first hand-over to its outcome."""

    def __init__(self) -> None:
        self._by_id: dict[str, ActiveRun] = {}
        self._done: list[Outcome] = []
        #: Seconds that a run has at most between SIGTERM and SIGKILL.
        self.hurry = math.inf

    def __getitem__(self, run_id: str) -> ActiveRun:
        return self._by_id[run_id]

    def __bool__(self) -> bool:
        return bool(self._by_id)

    @property
    def ids(self) -> KeysView[str]:
        return self._by_id.keys()

    @property
    def all(self) -> list[ActiveRun]:
        """All of them as they are now: some may leave while others are served."""
        return list(self._by_id.values())

    @property
    def ended(self) -> bool:
        """Whether there is an outcome to be given."""
        return bool(self._done)

    def get(self, run_id: str) -> ActiveRun | None:
        """Give a run, or None when it has ended."""
        return self._by_id.get(run_id)

    def by_key(self, key: object) -> ActiveRun | None:
        """Give the run that a host calls so, or None."""
        found = (run for run in self._by_id.values() if run.state.attempt.key == key)
        return next(found, None)

    def add(self, run: ActiveRun) -> None:
        """A host was told of it; it may be here already, since one may die."""
        self._by_id[run.order.run_id] = run

    def finish(self, outcome: Outcome) -> None:
        """Put the outcome in the place of its run."""
        self._by_id.pop(outcome.run_id, None)
        self._done.append(outcome)

    def taken(self) -> list[Outcome]:
        """Give each outcome once."""
        done, self._done = self._done, []
        return done

    def grace(self, run: ActiveRun) -> float:
        """Seconds between SIGTERM and SIGKILL for this run, if it is asked to end now."""
        return min(run.order.limits.grace, self.hurry)

    def ask_to_end(self, run: ActiveRun, cause: Cause) -> None:
        """Begin to end a run. The first cause counts; before its hello it is only noted."""
        now = time.monotonic()
        run.enter(run.state.asked_to_end(cause, now, self.grace(run)))
