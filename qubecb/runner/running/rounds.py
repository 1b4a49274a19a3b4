"""What has to be looked at, since nobody tells: twenty times a second while anything runs."""

from __future__ import annotations

from qubecb import durations
from qubecb.errors import RunnerError
from qubecb.runner.hosting.pool import STARTUP, Hosts
from qubecb.runner.outcome import RunState
from qubecb.runner.running.active import ActiveRun
from qubecb.runner.running.finishing import Finishing
from qubecb.runner.running.limits import LimitCheck
from qubecb.runner.running.reasons import Cause
from qubecb.runner.running.runs import Runs
from qubecb.runner.running.states import (
    UNTOLD,
    Adopted,
    AdoptedStopping,
    Handed,
    Running,
    Silent,
)
from qubecb.runner.running.stopping import go_on

#: Seconds in which a host that is ready must have forked what it was told to.
HELLO = 10.0


class Rounds:
    """Ends who is past a limit; gives up what would never be told."""

    def __init__(self, runs: Runs, hosts: Hosts, finishing: Finishing) -> None:
        self._runs, self._hosts, self._finishing = runs, hosts, finishing
        self._limits = LimitCheck()

    def make(self, now: float, farm_timeout: float) -> None:
        """Look at every run once. `now` is monotonic, `farm_timeout` in seconds."""
        for run in self._runs.all:
            # in this order: who has ended unseen is not called late
            self._look_for_end(run, now)
            self._look_at_deadline(run, now)
        free = [run for run in self._runs.all if run.free]
        for run, reason in self._limits.look(free, now):
            self._runs.ask_to_end(run, Cause(RunState.FAILED, reason))
        self._hosts.kill_stuck()
        for run in go_on(self._runs.all, now):
            self._finishing.settle(run)
        for run in self._runs.all:
            self._drop_question(run, now - farm_timeout - 1.0)
            self._await_hello(run, now)

    def _look_for_end(self, run: ActiveRun, now: float) -> None:
        """Its host is dead, and the keeper should tell how it ends; but that may die, too."""
        if isinstance(run.state, Adopted | AdoptedStopping) and not run.lives:
            run.enter(run.state.missed(now))
            self._finishing.settle(run)

    def _look_at_deadline(self, run: ActiveRun, now: float) -> None:
        """Who has ended in time is not late, however late we are told of it."""
        if not isinstance(run.state, Running | Adopted):
            return
        if now >= run.state.deadline and run.lives:
            reason = f"stopped after {durations.limit(run.order.limits.timeout)}"
            self._runs.ask_to_end(run, Cause(RunState.TIMED_OUT, reason))

    def _drop_question(self, run: ActiveRun, moment: float) -> None:
        """A farm that has been asked for so long is not waited for at the end of the run."""
        if run.calls.asked_before(moment):
            run.calls.answered()
            self._finishing.settle(run)

    def _await_hello(self, run: ActiveRun, now: float) -> None:
        """A host that does not fork is killed; one that could not is believed."""
        state = run.state
        if isinstance(state, Handed):
            host = state.attempt.host
            if now > state.attempt.at + (HELLO if host.ready else STARTUP):
                host.kill()
        elif isinstance(state, Silent) and now > state.since + UNTOLD:
            failed = RunnerError("its host could not start it")
            self._finishing.refuse(run, state, failed)
