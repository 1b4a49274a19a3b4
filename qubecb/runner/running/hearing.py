"""Takes what callbacks say over their farm sockets, and has them answered."""

from __future__ import annotations

import time

from qubecb.runner.farm.calls import FarmCalls
from qubecb.runner.running.active import ActiveRun
from qubecb.runner.running.attempt import Process
from qubecb.runner.running.farm_sockets import FarmSockets
from qubecb.runner.running.finishing import Finishing
from qubecb.runner.running.runs import Runs
from qubecb.runner.running.starting import Starting
from qubecb.runner.running.states import Handed, Unsure


class Hearing:
    """Hellos, calls, remarks; and that a socket closed."""

    def __init__(
        self,
        runs: Runs,
        calls: FarmCalls,
        sockets: FarmSockets,
        starting: Starting,
        finishing: Finishing,
    ) -> None:
        self._runs, self._calls, self._sockets = runs, calls, sockets
        self._starting, self._finishing = starting, finishing

    def ready(self, run: ActiveRun) -> None:
        """Its socket has something to read, or room again."""
        if run.order.run_id in self._runs.ids:  # else it ended while others were served
            self.hear(run)
            self._sockets.serve(run)

    def hear(self, run: ActiveRun) -> None:
        """Take what it said until now. The run may be another host's after this, or over."""
        more = run.receive()
        pid = run.conversation.hello
        if pid is not None and isinstance(run.state, Handed | Unsure):
            self._begun(run, run.state, pid)
        if not more:
            self._closed(run)
        self._ask(run)

    def answered(self, run_id: str, answer: bytes) -> None:
        """The farm has answered; the run may be over by now."""
        run = self._runs.get(run_id)
        if run is None:
            return
        run.calls.answered()
        if not run.line.send(answer):
            self._sockets.serve(run)
        self._ask(run)
        self._finishing.settle(run)

    def _begun(self, run: ActiveRun, state: Handed | Unsure, pid: int) -> None:
        process = Process(pid, time.monotonic())
        timeout, grace = run.order.limits.timeout, self._runs.grace(run)
        run.enter(state.hello(process, timeout, grace))

    def _closed(self, run: ActiveRun) -> None:
        """There will be no more. For a run without a hello that decides what became of it."""
        self._sockets.close(run)
        if isinstance(run.state, Handed):
            run.enter(run.state.closed(time.monotonic()))
        elif isinstance(run.state, Unsure):
            self._starting.again(run, run.state.closed(time.monotonic()))

    def _ask(self, run: ActiveRun) -> None:
        """Have the next call answered, if none is being answered now."""
        call = run.calls.next(time.monotonic())
        if call is not None:
            self._calls.ask(run.order.run_id, run.conversation, call)
