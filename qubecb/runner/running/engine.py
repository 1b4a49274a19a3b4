"""Runs callbacks: starts them through hosts, answers their calls, holds their limits.

Guarantees, kept here and in the modules that this one puts together:

1. A run is started once. It is handed on only when its farm socket closed before its child
   said hello and its host is dead: then nothing was started. (`states.py`)
2. Nothing here waits for a callback, for the farm or for a host. (`poll`)
3. A run has one outcome, whatever it did, and nothing of it is left but the processes that
   the outcome counts. (`finishing.py`)
"""

from __future__ import annotations

import math
import selectors
import time
from collections import deque
from collections.abc import Collection

from qubecb.runner.farm.calls import FarmCalls
from qubecb.runner.farm.port import Farm
from qubecb.runner.hosting.host_sockets import HostSockets
from qubecb.runner.hosting.pool import Hosts
from qubecb.runner.order import Order
from qubecb.runner.outcome import Outcome, RunState
from qubecb.runner.running.farm_sockets import FarmSockets
from qubecb.runner.running.finishing import Finishing
from qubecb.runner.running.hearing import Hearing
from qubecb.runner.running.job_logs import JobLogs
from qubecb.runner.running.leftovers import Leftovers
from qubecb.runner.running.limits import EVERY
from qubecb.runner.running.news import HostNews
from qubecb.runner.running.reasons import Cause
from qubecb.runner.running.rounds import Rounds
from qubecb.runner.running.runs import Runs
from qubecb.runner.running.starting import Starting
from qubecb.runner.running.waker import Waker
from qubecb.runner.settings import RunnerSettings

SHUTDOWN = "stopped because qubecb shut down"


class Runner:
    """Runs callbacks. Owned by one thread; only `wake` and `cancel` are for others."""

    def __init__(self, settings: RunnerSettings) -> None:
        settings.output.mkdir(parents=True, exist_ok=True)
        self._selector = selectors.DefaultSelector()
        self._waker = Waker()
        self._selector.register(
            self._waker, selectors.EVENT_READ, lambda _: self._waker.woken()
        )
        self._asked_to_cancel: deque[tuple[str, str]] = deque()
        self._round_at = self._slow_round_at = 0.0
        self._runs = Runs()
        self._calls = FarmCalls(self.wake)
        self._leftovers = Leftovers()
        self._job_logs = JobLogs(settings.log_path)
        # What is heard may start a run anew, and what starts one listens: so both kinds of
        # sockets are made first, and look for who hears them when somebody speaks.
        host_sockets = HostSockets(self._selector, lambda host: self._news.said(host))
        self._hosts = Hosts(settings, host_sockets.add, host_sockets.forget)
        sockets = FarmSockets(self._selector, lambda run: self._hearing.ready(run))
        finishing = Finishing(
            self._runs, self._hosts, sockets, self._leftovers, self._job_logs
        )
        self._starting = Starting(
            settings, self._runs, self._hosts, host_sockets, sockets, finishing
        )
        self._hearing = Hearing(
            self._runs, self._calls, sockets, self._starting, finishing
        )
        self._news = HostNews(
            self._runs, self._hosts, self._hearing, self._starting, finishing
        )
        self._rounds = Rounds(self._runs, self._hosts, finishing)

    @property
    def running(self) -> Collection[str]:
        """The ids of the runs that were started and whose outcome was not given yet."""
        return self._runs.ids

    @property
    def remarks(self) -> tuple[str, ...]:
        """What people should know about how callbacks are run, in sentences."""
        return (*filter(None, (self._hosts.refusal,)), *self._hosts.problems)

    def start(self, order: Order, farm: Farm) -> None:
        """Start a run and return at once. What speaks against it becomes its outcome."""
        self._starting.start(order, farm)

    def configure(self, settings: RunnerSettings) -> None:
        """Use other settings for runs that start from now on. For any thread.

        What qb.conf says: mail, $QBDIR, the folder of job logs. Interpreters stay.
        """
        self._starting.settings = settings
        self._job_logs.root = settings.log_path

    def poll(self, timeout: float) -> list[Outcome]:
        """Serve everybody for at most `timeout` seconds; give the runs that ended.

        Returns as soon as there is an outcome, or `wake` was called.
        """
        for key, mask in self._selector.select(self._patience(timeout)):
            # one that came before may have ended its run: `Hearing.ready` looks for that
            key.data(mask)
        for run_id, answer in self._calls.answers():
            self._hearing.answered(run_id, answer)
        self._cancel()
        self._look(time.monotonic())
        return self._runs.taken()

    def wake(self) -> None:
        """Make `poll` return soon. For any thread, and for signal handlers."""
        self._waker.wake()

    def cancel(self, run_id: str, reason: str) -> None:
        """End a run as at a timeout; its outcome is `cancelled`. For any thread."""
        self._asked_to_cancel.append((run_id, reason))
        self.wake()

    def close(self, grace: float, hurry: float = math.inf) -> list[Outcome]:
        """Let runs finish for `grace` seconds, then end them as cancelled; end all hosts.

        Between SIGTERM and SIGKILL a run has the seconds of its limits, `hurry` at most.
        """
        done = []
        self._runs.hurry = hurry
        deadline = time.monotonic() + grace
        while self._runs and time.monotonic() < deadline:
            done += self.poll(max(0.0, deadline - time.monotonic()))
        for run_id in list(self._runs.ids):
            self.cancel(run_id, SHUTDOWN)
        while self._runs:  # SIGKILL sees to it that this ends
            done += self.poll(1.0)
        self._hosts.close(seconds=1.0)
        self._calls.close()
        self._leftovers.close()
        self._job_logs.close()
        self._selector.close()
        self._waker.close()
        return done + self._runs.taken()

    def _patience(self, timeout: float) -> float:
        """How long to wait for something to happen.

        Not at all where something has happened between two polls: a run was refused at its
        start, or `cancel` was called before its wake was taken with another's.
        """
        if self._runs.ended or self._asked_to_cancel:
            return 0.0
        return max(0.0, min(timeout, EVERY if self._runs else 1.0))

    def _cancel(self) -> None:
        while self._asked_to_cancel:
            run_id, reason = self._asked_to_cancel.popleft()
            run = self._runs.get(run_id)
            if run is not None:
                self._runs.ask_to_end(run, Cause(RunState.CANCELLED, reason))

    def _look(self, now: float) -> None:
        """See what nobody tells, by the clock: else each event would cost a look at /proc."""
        if self._runs and now >= self._round_at:
            self._round_at = now + EVERY
            self._rounds.make(now, self._starting.settings.farm_timeout)
        if now >= self._slow_round_at:
            self._slow_round_at = now + 1.0
            self._leftovers.look()
            self._hosts.let_go([run.state.attempt.host for run in self._runs.all])
