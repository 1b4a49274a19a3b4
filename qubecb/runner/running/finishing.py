"""The ends of runs: one outcome each, and nothing left but what the outcome counts."""

from __future__ import annotations

import time

from qubecb.errors import QubecbError
from qubecb.runner.hosting.pool import Hosts
from qubecb.runner.hosting.python_host.sessions import Process
from qubecb.runner.outcome import Output
from qubecb.runner.running.active import ActiveRun
from qubecb.runner.running.farm_sockets import FarmSockets
from qubecb.runner.running.final import Final
from qubecb.runner.running.job_logs import JobLogs
from qubecb.runner.running.leftovers import Leftovers, Trace
from qubecb.runner.running.output import OutputFile
from qubecb.runner.running.runs import Runs
from qubecb.runner.running.states import Ended, Handed, Silent, Unstarted


class Finishing:
    """Takes runs out of the table, with their sockets and files."""

    def __init__(
        self,
        runs: Runs,
        hosts: Hosts,
        sockets: FarmSockets,
        leftovers: Leftovers,
        job_logs: JobLogs,
    ) -> None:
        self._runs, self._hosts, self._sockets = runs, hosts, sockets
        self._leftovers, self._job_logs = leftovers, job_logs

    def refuse(
        self, run: ActiveRun, state: Unstarted | Handed | Silent, error: QubecbError
    ) -> None:
        """It cannot be started: that is its outcome."""
        self._sockets.close(run)
        run.output.remove()
        run.output.close()
        self._runs.finish(state.refused(run.order, error, time.time()))

    def settle(self, run: ActiveRun) -> None:
        """Give its outcome, unless something of it is still to be awaited."""
        if isinstance(run.state, Ended) and not run.calls.asked:
            self._finish(run, run.state)

    def _finish(self, run: ActiveRun, state: Ended) -> None:
        self._sockets.close(run)
        left = self._left_by(run, state)
        output = run.output.taken(run.order.limits.output)
        run.output.remove()
        self._let_go(run.order.run_id, run.output, left)
        self._job_logs.add(run.order.job.id, output)
        run.conversation.close()
        self._runs.finish(state.settled(_final(run, output, len(left))))

    def _left_by(self, run: ActiveRun, state: Ended) -> list[Process]:
        if state.pid is None:
            return []
        leaders = {each.pid for each in self._runs.all if each.pid is not None}
        for host in self._hosts.all:
            leaders |= host.runs
            if host.pid is not None:
                leaders.add(host.pid)
        trace = Trace(run.order.run_id, state.pid, run.output.path)
        return self._leftovers.of(trace, leaders)

    def _let_go(self, run_id: str, output: OutputFile, left: list[Process]) -> None:
        """Who is left may go on writing, and what it writes is dropped until it ends."""
        if left:
            self._leftovers.follow(run_id, output, left)
        else:
            output.close()


def _final(run: ActiveRun, output: Output, left: int) -> Final:
    return Final(
        run.order, run.conversation, output, left, time.monotonic(), time.time()
    )
