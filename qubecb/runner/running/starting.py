"""Starts runs: tells a host what to fork, and another one when that died before it did."""

from __future__ import annotations

import itertools
import os
import socket
import time

from qubecb.errors import QubecbError, RunnerError
from qubecb.runner.farm.port import Farm
from qubecb.runner.hosting.host_sockets import HostSockets
from qubecb.runner.hosting.launching import Launch, plan
from qubecb.runner.hosting.pool import Hosts
from qubecb.runner.order import Order
from qubecb.runner.qcb.process import conversation
from qubecb.runner.running.active import ActiveRun
from qubecb.runner.running.attempt import Attempt
from qubecb.runner.running.farm_sockets import FarmSockets
from qubecb.runner.running.finishing import Finishing
from qubecb.runner.running.output import OutputFile
from qubecb.runner.running.runs import Runs
from qubecb.runner.running.script import Script
from qubecb.runner.running.states import Ended, Unstarted
from qubecb.runner.settings import RunnerSettings

#: How often a run is handed to another host after one died before starting it.
MOST_ATTEMPTS = 4


class Starting:
    """A run is started once: only what is `Unstarted` is handed to a host."""

    def __init__(
        self,
        settings: RunnerSettings,
        runs: Runs,
        hosts: Hosts,
        host_sockets: HostSockets,
        sockets: FarmSockets,
        finishing: Finishing,
    ) -> None:
        #: For runs that start from now on.
        self.settings = settings
        self._runs, self._hosts, self._host_sockets = runs, hosts, host_sockets
        self._sockets, self._finishing = sockets, finishing
        self._keys = itertools.count(1)

    def start(self, order: Order, farm: Farm) -> None:
        """Start a run. What speaks against it becomes its outcome."""
        new = Unstarted()
        try:
            output = OutputFile(self.settings.output / order.run_id)
        except RunnerError as error:
            self._runs.finish(new.refused(order, error, time.time()))
            return
        said = conversation(order, farm, self.settings.mail)
        self._launch(ActiveRun(order, said, output), new)

    def again(self, run: ActiveRun, state: Unstarted | Ended) -> None:
        """Its host died before starting it: hand it to the next one, if it is still wanted."""
        self._sockets.close(run)
        if isinstance(state, Ended):
            run.enter(state)
            self._finishing.settle(run)
        elif state.attempts >= MOST_ATTEMPTS:
            died = RunnerError("every host died before it could start the callback")
            self._finishing.refuse(run, state, died)
        else:
            self._launch(run, state)

    def _launch(self, run: ActiveRun, state: Unstarted) -> None:
        try:
            attempt = self._hand_over(run, state.attempts + 1)
        except QubecbError as error:
            self._finishing.refuse(run, state, error)
            return
        run.enter(state.handed_over(attempt))
        self._runs.add(run)
        self._sockets.serve(run)

    def _hand_over(self, run: ActiveRun, number: int) -> Attempt:
        """Tell a host to start it; the script is read at this moment."""
        order = run.order
        script = Script(order.directory, order.file)
        try:
            launch = plan(order, script.path, self.settings, self._hosts)
            key, now = next(self._keys), time.monotonic()
            with run.line.open() as theirs:
                self._tell(launch, key, theirs, run.output, script)
        finally:
            script.close()
        return Attempt(
            number, key, launch.host, now, launch.mode, script.text, script.sha256
        )

    def _tell(
        self,
        launch: Launch,
        key: int,
        theirs: socket.socket,
        output: OutputFile,
        script: Script,
    ) -> None:
        passed = [theirs.fileno(), output.descriptor]
        if launch.with_script:
            passed.append(script.descriptor)
        # the child is told which socket it is, so that `qb` knows when a script replaced it
        farm = os.fstat(theirs.fileno())
        known = {"run": key, "farm": (farm.st_dev, farm.st_ino)}
        self._host_sockets.send(launch.host, {**launch.request, **known}, passed)
