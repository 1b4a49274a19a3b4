"""Takes what hosts say, and that they died: how runs end, and which start anew."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from qubecb.errors import RunnerError
from qubecb.runner.hosting.host import Host
from qubecb.runner.hosting.pool import Hosts
from qubecb.runner.running.active import ActiveRun
from qubecb.runner.running.attempt import End
from qubecb.runner.running.finishing import Finishing
from qubecb.runner.running.hearing import Hearing
from qubecb.runner.running.runs import Runs
from qubecb.runner.running.starting import Starting
from qubecb.runner.running.states import (
    Handed,
    Living,
    Running,
    Silent,
    Stopping,
    Unsure,
)


class HostNews:
    """What hosts say of runs. What they say of themselves goes to `Hosts`."""

    def __init__(
        self,
        runs: Runs,
        hosts: Hosts,
        hearing: Hearing,
        starting: Starting,
        finishing: Finishing,
    ) -> None:
        self._runs, self._hosts, self._hearing = runs, hosts, hearing
        self._starting, self._finishing = starting, finishing

    def said(self, host: Host) -> None:
        """Read all that a host has said, and only then note that it is gone.

        In the other order, ends that it reported last would be missed.
        """
        for message in host.receive():
            if "orphan" in message:
                self._orphan_ended(message)
            else:
                self._told(host, message)
        if host.gone:
            self._gone(host)

    def _told(self, host: Host, message: Mapping[str, Any]) -> None:
        run = self._runs.by_key(message.get("ended", message.get("refused")))
        if run is None:
            self._hosts.told(host, message)
        elif "refused" in message:
            self._refused(run, f"cannot start it: {message['reason']}")
        else:
            host.runs = frozenset(message["runs"])
            end = End(message["status"], message["began"], message["at"])
            self._ended(run, end)

    def _refused(self, run: ActiveRun, reason: str) -> None:
        if isinstance(run.state, Handed | Silent):
            self._finishing.refuse(run, run.state, RunnerError(reason))

    def _orphan_ended(self, message: Mapping[str, Any]) -> None:
        """The keeper tells of a run whose host was killed; hosts, of what runs left behind.

        It may be the first that we hear of the run, while its hello is still in its socket.
        """
        for run in self._runs.all:
            if isinstance(run.state, Handed | Unsure):
                self._hearing.hear(run)
            state = run.state
            if isinstance(state, Living) and state.process.pid == message["orphan"]:
                end = End(message["status"], state.process.began, message["at"])
                self._ended(run, end)

    def _ended(self, run: ActiveRun, end: End) -> None:
        """Its process ended. What it said last, its hello even, is still in the socket."""
        self._hearing.hear(run)
        if isinstance(run.state, Handed | Silent | Living):
            run.enter(run.state.ended(end))
        self._finishing.settle(run)

    def _gone(self, host: Host) -> None:
        """Its runs go on as the keeper's children; those that it had not started start anew."""
        self._hosts.replace(host)
        for run in self._runs.all:
            if run.state.attempt.host is host:
                self._lost_its_host(run)

    def _lost_its_host(self, run: ActiveRun) -> None:
        state = run.state
        if isinstance(state, Silent):
            self._starting.again(run, state.host_died(time.monotonic()))
        elif isinstance(state, Handed | Running | Stopping):
            run.enter(state.host_died())
            self._hearing.hear(run)
