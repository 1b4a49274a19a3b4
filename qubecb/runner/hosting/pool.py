"""The worker's side of the processes that start callbacks: the keeper, and the hosts below it.

A host is replaced at once by a spare that was started beforehand, so that a callback that
kills its parent costs nobody else any time. The keeper is the parent of all hosts, and adopts
what a killed one leaves: so no callback can find the worker as its parent.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from qubecb.errors import RunnerError
from qubecb.runner.hosting.environment import common_variables
from qubecb.runner.hosting.host import HERE, PROGRAM, Host, Keeper, command
from qubecb.runner.hosting.python_host import sessions
from qubecb.runner.settings import COMMON_MODULES, RunnerSettings

logger = logging.getLogger(__name__)

#: What callbacks import.
INSIDE = HERE / "inside"
#: What runs Python callbacks in their own process.
PYTHON_CHILD = HERE / "python_child"
#: What runs code strings in a child of the host that is loaded with our package.
QUBE_PROCESS = "qubecb.runner.qcb.process"
#: How often a host may die before it was ready, until we stop trying.
MOST_FAILURES = 3
#: Seconds that a host may take to become ready.
STARTUP = 20.0
#: Rounds of stopping and killing at a time.
ROUNDS = 6
#: Where a host finds its control socket: where the keeper puts a callback's farm socket.
CONTROL = 3


class Hosts:
    """The hosts of one worker: a fork server with its spare, a launcher, and their keeper.

    `listen` is called with every new host, `forget` with every one that died, before its socket is closed.
    """

    def __init__(
        self,
        settings: RunnerSettings,
        listen: Callable[[Host], None],
        forget: Callable[[Host], None],
    ) -> None:
        self._settings = settings
        self._listen, self._forget = listen, forget
        self._environment = common_variables(settings)
        self._failures = 0
        self._python: list[Host] = []
        #: Hosts whose keeper died, or that are outdated, as long as something runs below them.
        self._retired: list[Host] = []
        #: Why Python callbacks get fresh processes although forking was wanted, or empty.
        self.refusal = ""
        #: Sentences about modules that could not be loaded beforehand.
        self.problems: tuple[str, ...] = ()
        self._keeper = self._start_keeper()
        self._launcher = self._start(command(CONTROL))
        self._qube: Host | None = None
        if settings.mode != "fresh":
            self._fill()

    @property
    def all(self) -> list[Host]:
        """Every host, the spare, the launcher and the keeper."""
        others = [self._qube] if self._qube else []
        return [self._keeper, self._launcher, *others, *self._python, *self._retired]

    @property
    def forking(self) -> bool:
        """Whether Python callbacks are forked."""
        return bool(self._python)

    def for_python(self) -> Host:
        """The process that starts the next Python callback: one that has what is on disk."""
        if self._python and self._python[0].outdated:
            logger.info(
                "modules that hosts have loaded were changed: the hosts are replaced"
            )
            self._retired += self._python
            self._python = []
            self._fill()
        return self._python[0] if self._python else self._launcher

    def for_programs(self) -> Host:
        """The process that starts the next callback that is a program of its own."""
        return self._launcher

    def for_qube(self) -> Host:
        """The process that runs code strings; started with the first of them."""
        if self._qube is None:
            self._qube = self._start(_qube_command())
        return self._qube

    def told(self, host: Host, message: Mapping[str, Any]) -> None:
        """A host said what it is and what it found."""
        self.problems = tuple(message.get("problems", self.problems))
        if "hello" in message:
            host.is_process(message["hello"])
        elif "traceback" in message:
            host.trouble = message["traceback"]["message"]
        elif "ready" in message:
            host.ready, host.stamps = True, message.get("stamps", {})
            self._failures = 0
            if host in self._python:
                self._fill()
        elif "unfit" in message and host in self._python:
            self._refuse(
                "preloaded modules left threads running"
                f" ({', '.join(map(str, message['unfit']))}), so the host cannot fork"
            )

    def replace(self, host: Host) -> None:
        """A host died: let the spare take its place, and start another.

        Raises RunnerError when the keeper or the launcher cannot be kept alive.
        """
        self._forget(host)
        host.put_down()
        if not host.ready:
            self._failures += 1
        if host in (self._keeper, self._launcher) and self._failures >= MOST_FAILURES:
            raise RunnerError("the launcher ends right after it starts")
        if host is self._keeper:
            self._start_anew()
        elif host is self._launcher:
            self._launcher = self._start(command(CONTROL))
        elif host is self._qube:
            self._qube = None
        elif host in self._python:
            self._python.remove(host)
            self._refill(host.trouble)
        elif host in self._retired:
            self._retired.remove(host)

    def let_go(self, busy: Collection[Host]) -> None:
        """Hang up on hosts that are to be used no more, but for those that still have a run."""
        for host in self._retired:
            if host not in busy:
                host.hang_up()

    def kill_stuck(self) -> None:
        """Kill who keeps a host from being replaced, which happens when its socket closes.

        A host that somebody stopped; and the child of a dead one that hangs in what a module
        of the site does after a fork. It is in its host's session still, and has not begun:
        a run leaves that session before it says hello.
        """
        for host in self.all:
            found = sessions.read(host.pid) if host.pid else None
            if found is not None and found.state in "Tt":
                host.kill()
            elif found is None and host.pid and host.dead:
                sessions.kill([host.pid], rounds=ROUNDS)

    def close(self, seconds: float) -> None:
        """End all of them; the keeper, which adopts what the others leave, last."""
        for host in reversed(self.all):
            self._forget(host)
            host.hang_up()
            host.wait(seconds)
            host.put_down()

    def _refill(self, trouble: str) -> None:
        if trouble:
            self._refuse(trouble)
        elif self._failures >= MOST_FAILURES:
            self._refuse(
                f"{self._settings.python} ends right after it starts as a host"
            )
        elif not self.refusal:
            self._fill()

    def _fill(self) -> None:
        """Have one host, and a spare as soon as the first is ready."""
        wanted = 2 if self._python and self._python[0].ready else 1
        if len(self._python) < wanted:
            self._python.append(self._start(self._python_command()))

    def _refuse(self, reason: str) -> None:
        self.refusal = f"each Python callback starts a new interpreter: {reason}"
        logger.warning("%s", self.refusal)
        for host in self._python:
            host.hang_up()
        self._python.clear()

    def _start_anew(self) -> None:
        """Without their keeper, hosts would take the ends of their runs with them."""
        self._retired += [self._launcher, *self._python]
        if self._qube:
            self._retired.append(self._qube)
        forking = self.forking
        self._python, self._qube = [], None
        self._keeper = self._start_keeper()
        self._launcher = self._start(command(CONTROL))
        if forking:
            self._fill()

    def _start_keeper(self) -> Keeper:
        keeper = Keeper(self._environment)
        self._listen(keeper)
        return keeper

    def _start(self, argv: Sequence[str]) -> Host:
        host = Host()
        host.begin(self._keeper, argv)
        self._listen(host)
        return host

    def _python_command(self) -> list[str]:
        modules = dict.fromkeys((*COMMON_MODULES, *self._settings.preload))
        return [
            self._settings.python,
            str(PROGRAM),
            str(CONTROL),
            str(PYTHON_CHILD),
            "child",
            *modules,
        ]


def _qube_command() -> list[str]:
    package = str(HERE.parents[2])
    return [
        *(sys.executable, "-E", "-s", str(PROGRAM)),
        *(str(CONTROL), package, QUBE_PROCESS),
    ]
