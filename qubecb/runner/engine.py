"""Runs callbacks: starts them through hosts, answers their calls, holds their limits.

Guarantees, kept here:

1. A run is started once. It is handed on only when its farm socket closed before its child
   said hello and its host is dead: then nothing was started.
2. Nothing here waits for a callback, for the farm or for a host.
3. A run has one outcome, whatever it did, and nothing of it is left but the processes that
   the outcome counts.
"""

from __future__ import annotations

import itertools
import logging
import math
import os
import selectors
import time
from collections import deque
from collections.abc import Collection, Mapping
from typing import Any

from qubecb.errors import QubecbError, RunnerError
from qubecb.runner.active import ActiveRun, Script, refused
from qubecb.runner.bell import Bell
from qubecb.runner.calls import FarmCalls
from qubecb.runner.endings import seconds
from qubecb.runner.farm.port import Farm
from qubecb.runner.host import Host
from qubecb.runner.hosts import STARTUP, Hosts
from qubecb.runner.job_logs import JobLogs
from qubecb.runner.launching import plan
from qubecb.runner.leftovers import Leftovers, Trace
from qubecb.runner.listening import Listening
from qubecb.runner.order import Order
from qubecb.runner.outcome import Outcome, RunState
from qubecb.runner.output import OutputFile
from qubecb.runner.settings import RunnerSettings
from qubecb.runner.stopping import ask_to_end, go_on
from qubecb.runner.watch import EVERY, Watch

logger = logging.getLogger(__name__)

#: Seconds in which a host that is ready must have forked what it was told to.
HELLO = 10.0
#: Seconds after which nobody will tell any more how a process ended that is not there.
UNTOLD = 1.0
#: How often a run is handed to another host after one died before starting it.
MOST_ATTEMPTS = 4
SHUTDOWN = "ended by the shutdown of qubecb"


class Runner:
    """Runs callbacks. Owned by one thread; only `wake` and `cancel` are for others."""

    def __init__(self, settings: RunnerSettings) -> None:
        self._settings = settings
        settings.output.mkdir(parents=True, exist_ok=True)
        self._selector = selectors.DefaultSelector()
        self._runs: dict[str, ActiveRun] = {}
        self._done: list[Outcome] = []
        self._numbers = itertools.count(1)
        self._asked_to_cancel: deque[tuple[str, str]] = deque()
        self._bell = Bell()
        self._selector.register(
            self._bell, selectors.EVENT_READ, lambda _: self._bell.heard()
        )
        self._calls = FarmCalls(self.wake)
        self._watch = Watch()
        self._leftovers = Leftovers()
        self._job_logs = JobLogs(settings.log_path)
        self._tick_at = self._slow_tick_at = 0.0
        self._hurry = math.inf
        self._listening = Listening(self._selector, self._host_said)
        self._hosts = Hosts(settings, self._listening.watch, self._listening.forget)

    @property
    def running(self) -> Collection[str]:
        """The ids of the runs that were started and whose outcome was not given yet."""
        return self._runs.keys()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What people should know about how callbacks are run, in sentences."""
        return (*filter(None, (self._hosts.refusal,)), *self._hosts.problems)

    def start(self, order: Order, farm: Farm) -> None:
        """Start a run and return at once. What speaks against it becomes its outcome."""
        try:
            output = OutputFile(self._settings.output / order.run_id)
            run = ActiveRun(order, farm, output, self._settings.mailer)
        except QubecbError as error:
            self._done.append(refused(order, error))
            return
        self._runs[order.run_id] = run
        self._launch(run)

    def configure(self, settings: RunnerSettings) -> None:
        """Use other settings for runs that start from now on. For any thread.

        What qb.conf says: mail, $QBDIR, the folder of job logs. Interpreters stay.
        """
        self._settings = settings
        self._job_logs.root = settings.log_path

    def poll(self, timeout: float) -> list[Outcome]:
        """Serve everybody for at most `timeout` seconds; give the runs that ended.

        Returns as soon as there is an outcome, or `wake` was called.
        """
        for key, mask in self._selector.select(self._patience(timeout)):
            key.data(mask)
        for run_id, answer in self._calls.answers():
            self._answered(run_id, answer)
        while self._asked_to_cancel:
            run_id, reason = self._asked_to_cancel.popleft()
            if run_id in self._runs:
                ask_to_end(self._runs[run_id], RunState.CANCELLED, reason, self._hurry)
        now = time.monotonic()
        if self._runs and now >= self._tick_at:
            self._tick_at = now + EVERY
            self._tick(now)
        if now >= self._slow_tick_at:
            self._slow_tick_at = now + 1.0
            self._leftovers.look()
            self._hosts.let_go([run.host for run in self._runs.values() if run.host])
        done, self._done = self._done, []
        return done

    def wake(self) -> None:
        """Make `poll` return soon. For any thread, and for signal handlers."""
        self._bell.ring()

    def cancel(self, run_id: str, reason: str) -> None:
        """End a run as at a timeout; its outcome is `cancelled`. For any thread."""
        self._asked_to_cancel.append((run_id, reason))
        self.wake()

    def close(self, grace: float, hurry: float = math.inf) -> list[Outcome]:
        """Let runs finish for `grace` seconds, then end them as cancelled; end all hosts.

        Between SIGTERM and SIGKILL a run has the seconds of its limits, `hurry` at most.
        """
        done = []
        self._hurry = hurry
        deadline = time.monotonic() + grace
        while self._runs and time.monotonic() < deadline:
            done += self.poll(max(0.0, deadline - time.monotonic()))
        for run_id in list(self._runs):
            self.cancel(run_id, SHUTDOWN)
        while self._runs:
            done += self.poll(1.0)
        self._hosts.close(seconds=1.0)
        self._calls.close()
        self._leftovers.close()
        self._job_logs.close()
        self._selector.close()
        self._bell.close()
        return done + self._done

    # Starting.

    def _launch(self, run: ActiveRun) -> None:
        try:
            self._hand_over(run)
        except QubecbError as error:
            self._refuse(run, error)

    def _hand_over(self, run: ActiveRun) -> None:
        """Tell a host to start it; the script is read at this moment."""
        order = run.order
        script = Script(order.directory, order.file)
        try:
            run.script, run.script_sha256 = script.text, script.sha256
            launch = plan(order, script.path, self._settings, self._hosts)
            run.host, run.mode, run.adopted = launch.host, launch.mode, False
            run.attempts += 1
            run.key = next(self._numbers)
            run.handed_over_at, run.missed_at = time.monotonic(), None
            with run.connect() as theirs:
                passed = [theirs.fileno(), run.output.descriptor]
                if launch.with_script:
                    passed.append(script.descriptor)
                farm = os.fstat(passed[0])
                known = {"run": run.key, "farm": (farm.st_dev, farm.st_ino)}
                self._listening.send(run.host, {**launch.request, **known}, passed)
        finally:
            script.close()
        self._serve(run)

    def _refuse(self, run: ActiveRun, error: QubecbError) -> None:
        """It cannot be started: that is its outcome."""
        self._disconnect(run)
        del self._runs[run.order.run_id]
        run.output.remove()
        run.output.close()
        self._done.append(refused(run.order, error))

    def _again(self, run: ActiveRun) -> None:
        """Its host died before starting it: hand it to the next one."""
        self._disconnect(run)
        if run.cause is not None:
            self._finish(run)
        elif run.attempts >= MOST_ATTEMPTS:
            self._refuse(run, RunnerError("every host died before it could start this"))
        else:
            self._launch(run)

    # What hosts say.

    def _host_said(self, host: Host) -> None:
        for message in host.receive():
            if "orphan" in message:
                self._orphan_ended(message)
                continue
            key = message.get("ended", message.get("refused"))
            run = next((run for run in self._runs.values() if run.key == key), None)
            if run is None:
                self._hosts.told(host, message)
            elif "refused" in message:
                self._refuse(run, RunnerError(f"cannot start it: {message['reason']}"))
            else:
                host.runs = frozenset(message["runs"])
                run.began, run.ended = message["began"], message["at"]
                self._ended(run, message["status"])
        if host.gone:
            self._host_gone(host)

    def _orphan_ended(self, message: Mapping[str, Any]) -> None:
        """The keeper tells of a run whose host was killed; hosts, of what runs left behind."""
        for run in list(self._runs.values()):
            if run.pid is None:
                self._hear(run)
            if run.pid == message["orphan"] and not run.over:
                run.ended = message["at"]
                self._ended(run, message["status"])

    def _host_gone(self, host: Host) -> None:
        """Its runs go on as the keeper's children; those that it had not started start anew."""
        self._hosts.replace(host)
        for run in [run for run in self._runs.values() if run.host is host]:
            run.adopted = True
            self._hear(run)
            if run.pid is None and run.connection is None:
                self._again(run)

    # What callbacks say.

    def _serve(self, run: ActiveRun) -> None:
        """Listen to the farm socket, and write to it while there is something to write."""
        connection = run.connection
        if connection is None:
            return
        mask = selectors.EVENT_READ
        if not run.send():
            mask |= selectors.EVENT_WRITE
        known = self._selector.get_map().get(connection)
        if known is None:
            self._selector.register(
                connection, mask, lambda _: self._serve_and_hear(run)
            )
        elif known.events != mask:
            self._selector.modify(connection, mask, known.data)

    def _serve_and_hear(self, run: ActiveRun) -> None:
        if run.order.run_id not in self._runs:
            return  # it ended while others were served
        self._hear(run)
        self._serve(run)
        if run.pid is None and run.connection is None and run.adopted:
            self._again(run)

    def _hear(self, run: ActiveRun) -> None:
        """Take what the callback said: its hello, calls, remarks."""
        begun = run.pid is not None
        if not run.receive():
            self._disconnect(run)
        if not begun and run.pid is not None:
            self._begun(run)
        self._ask(run)

    def _begun(self, run: ActiveRun) -> None:
        """It said hello: its time begins."""
        run.began = time.monotonic()
        run.deadline = run.began + run.order.limits.timeout
        if run.cause is not None:
            ask_to_end(run, *run.cause, self._hurry)

    def _disconnect(self, run: ActiveRun) -> None:
        if run.connection is not None:
            if run.connection in self._selector.get_map():
                self._selector.unregister(run.connection)
            run.disconnect()

    def _ask(self, run: ActiveRun) -> None:
        """Have the next call answered, if none is being answered now."""
        if run.calls and run.asked_at is None:
            run.asked_at = time.monotonic()
            self._calls.ask(run.order.run_id, run.conversation, run.calls.popleft())

    def _answered(self, run_id: str, answer: bytes) -> None:
        run = self._runs.get(run_id)
        if run is None:
            return
        run.asked_at = None
        if not run.send(answer):
            self._serve(run)
        self._ask(run)
        self._settle(run)

    # Endings.

    def _ended(self, run: ActiveRun, status: int) -> None:
        """Its process ended. What it said last is still in the socket."""
        run.status, run.over = status, True
        self._hear(run)
        self._settle(run)

    def _settle(self, run: ActiveRun) -> None:
        """Give its outcome, unless something of it is still to be awaited."""
        if run.over and run.asked_at is None and run.kill_at is None:
            self._finish(run)

    def _finish(self, run: ActiveRun) -> None:
        self._disconnect(run)
        run_id, pid = run.order.run_id, run.pid
        leaders = {each.pid for each in self._runs.values() if each.pid is not None}
        for host in self._hosts.all:
            leaders |= host.runs
            if host.pid is not None:
                leaders.add(host.pid)
        del self._runs[run_id]
        left = []
        if pid is not None:
            left = self._leftovers.of(Trace(run_id, pid, run.output.path), leaders)
        output = run.output.taken(run.order.limits.output)
        run.output.remove()
        if left:
            self._leftovers.follow(run_id, run.output, left)
        else:
            run.output.close()
        self._job_logs.add(run.order.job.id, output)
        self._done.append(run.outcome(output, len(left)))

    # Time.

    def _patience(self, timeout: float) -> float:
        """How long to wait for something to happen."""
        if self._done or self._asked_to_cancel:
            return 0.0
        return max(0.0, min(timeout, EVERY if self._runs else 1.0))

    def _tick(self, now: float) -> None:
        for run in list(self._runs.values()):
            if run.adopted and not run.over:
                self._look_for_end(run, now)
            late = run.deadline is not None and now >= run.deadline
            if late and run.cause is None and run.lives:
                reason = f"stopped after {seconds(run.order.limits.timeout)}"
                ask_to_end(run, RunState.TIMED_OUT, reason, self._hurry)
        free = [
            run for run in self._runs.values() if run.cause is None and not run.over
        ]
        for run, reason in self._watch.look(free, now):
            ask_to_end(run, RunState.FAILED, reason, self._hurry)
        self._hosts.kill_stopped()
        for run in go_on(self._runs.values(), now):
            self._settle(run)
        self._drop_hung(now)

    def _look_for_end(self, run: ActiveRun, now: float) -> None:
        """Its host is dead, and the keeper should tell how it ends; but that may die, too."""
        if run.pid is None or run.lives:
            return
        run.missed_at = run.missed_at or now
        if now > run.missed_at + UNTOLD:
            run.over = True
            self._settle(run)

    def _drop_hung(self, now: float) -> None:
        """Do not wait for ever: for a farm that is asked, for a host that does not fork."""
        for run in list(self._runs.values()):
            asked = run.asked_at
            if asked is not None and now > asked + self._settings.farm_timeout + 1.0:
                run.asked_at = None
                self._settle(run)
            if run.pid is None and run.host is not None and not run.adopted:
                self._wait_for_hello(run, run.host, now)

    def _wait_for_hello(self, run: ActiveRun, host: Host, now: float) -> None:
        """A host that does not fork is killed; one that could not is believed."""
        patience = HELLO if host.ready else STARTUP
        if run.connection is None and not run.over:
            run.missed_at = run.missed_at or now
            if now > run.missed_at + UNTOLD:
                self._refuse(run, RunnerError("its host could not start it"))
        elif now > run.handed_over_at + patience:
            host.kill()
