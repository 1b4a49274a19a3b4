"""The worker's side of the processes that start callbacks: hosts, spares and the launcher.

A host is replaced at once by a spare that was started beforehand, so that a callback that
kills its parent costs nobody else any time.
"""

from __future__ import annotations

import json
import logging
import marshal
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qubecb.errors import RunnerError
from qubecb.runner import process
from qubecb.runner.environment import common_variables
from qubecb.runner.python_host import sessions
from qubecb.runner.settings import COMMON_MODULES, RunnerSettings

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
INSIDE = HERE / "inside"
PROGRAM = HERE / "python_host" / "host.py"
#: What runs code strings in a child of the host that is loaded with our package.
QUBE_PROCESS = "qubecb.runner.qube_process"
#: A form of `marshal` that every Python from 3.6 on reads.
PLAIN = 2
#: How often a host may die before it was ready, until we stop trying.
MOST_FAILURES = 3
#: Seconds that a host may take to become ready.
STARTUP = 20.0


class Host:
    """One host process and the socket over which it is told what to start."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setblocking(False)
        self.ready = False
        #: The processes of its runs when it last told of an end.
        self.runs: frozenset[int] = frozenset()
        self.gone = False
        number = str(theirs.fileno())
        with theirs:
            try:
                self.child = process.start(
                    [number if part == "CONTROL" else part for part in command],
                    environment=environment,
                    descriptors=[theirs.fileno()],
                    own_session=True,
                    silent=True,
                )
            except RunnerError:
                self._control.close()
                raise

    def fileno(self) -> int:
        """The control socket, for selectors."""
        return self._control.fileno()

    def send(self, request: dict[str, Any], descriptors: Sequence[int]) -> None:
        """Ask for one callback. The descriptors are ours to close as soon as this returns.

        When the host is gone the request is dropped: its farm socket then closes without a
        hello, which says that nothing was started.
        """
        data = marshal.dumps(request, PLAIN)
        try:
            socket.send_fds(self._control, [data], list(descriptors))
        except OSError as error:
            logger.info("a request could not be sent to a host: %s", error)

    def receive(self) -> list[dict[str, Any]]:
        """Give what it has said; sets `gone` when it ended."""
        messages = []
        while not self.gone:
            try:
                data = self._control.recv(65536)
            except BlockingIOError:
                break
            except ConnectionResetError:
                # it died with requests unread; what it said before comes after this
                continue
            except OSError:
                data = b""
            if data:
                messages.append(json.loads(data))
            else:
                self.gone = True
        return messages

    def put_down(self) -> None:
        """See that it is really dead, so that its runs are ours, and let go of its socket."""
        self.child.send(signal.SIGKILL)
        self.child.wait(5.0)
        self._control.close()

    def hang_up(self) -> None:
        """Tell it that there is no more work: it ends what is left, and itself."""
        self._control.shutdown(socket.SHUT_RDWR)


class Hosts:
    """The hosts of one worker: a fork server with its spare, and a launcher.

    `watch` is called with every new host, `forget` with every one that is let go.
    """

    def __init__(
        self,
        settings: RunnerSettings,
        watch: Callable[[Host], None],
        forget: Callable[[Host], None],
    ) -> None:
        self._settings = settings
        self._watch, self._forget = watch, forget
        self._environment = common_variables(settings)
        self._failures = 0
        self._python: list[Host] = []
        #: Why Python callbacks get fresh processes although forking was wanted, or empty.
        self.refusal = ""
        #: Sentences about modules that could not be loaded beforehand.
        self.problems: tuple[str, ...] = ()
        self._launcher = self._start(_launcher_command())
        self._qube: Host | None = None
        if settings.mode != "fresh":
            self._fill()

    @property
    def all(self) -> list[Host]:
        """Every host, spare and launcher."""
        others = [self._qube] if self._qube else []
        return [self._launcher, *others, *self._python]

    @property
    def forking(self) -> bool:
        """Whether Python callbacks are forked."""
        return bool(self._python)

    def for_python(self) -> Host:
        """The process that starts the next Python callback."""
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
        if "ready" in message:
            host.ready = True
            self._failures = 0
            if host in self._python:
                self._fill()
        elif "unfit" in message and host in self._python:
            self._refuse(
                "modules loaded beforehand left threads behind"
                f" ({', '.join(map(str, message['unfit']))}), which forbids forking"
            )

    def replace(self, host: Host) -> None:
        """A host died: let the spare take its place, and start another.

        Raises RunnerError when the launcher cannot be kept alive.
        """
        self._forget(host)
        host.put_down()
        if not host.ready:
            self._failures += 1
        if host is self._launcher:
            if self._failures >= MOST_FAILURES:
                raise RunnerError("the launcher ends as soon as it is started")
            self._launcher = self._start(_launcher_command())
        elif host is self._qube:
            self._qube = None
        elif host in self._python:
            self._python.remove(host)
            self._refill()

    def kill_stopped(self) -> None:
        """Kill hosts that somebody stopped: a dead one is replaced, a stopped one hangs."""
        for host in self.all:
            found = sessions.read(host.child.pid)
            if found is not None and found.state in "Tt":
                host.child.send(signal.SIGKILL)

    def close(self, seconds: float) -> None:
        """End all of them."""
        for host in self.all:
            self._forget(host)
            host.hang_up()
        for host in self.all:
            host.child.wait(seconds)
            host.put_down()

    def _refill(self) -> None:
        if self._failures >= MOST_FAILURES:
            self._refuse(
                f"{self._settings.python} ends as soon as it is started as a host"
            )
        elif not self.refusal:
            self._fill()

    def _fill(self) -> None:
        """Have one host, and a spare as soon as the first is ready."""
        wanted = 2 if self._python and self._python[0].ready else 1
        try:
            if len(self._python) < wanted:
                self._python.append(self._start(self._python_command()))
        except RunnerError as error:
            self._refuse(str(error))

    def _refuse(self, reason: str) -> None:
        self.refusal = f"Python callbacks are started fresh: {reason}"
        logger.warning("%s", self.refusal)
        for host in self._python:
            host.hang_up()
        self._python.clear()

    def _start(self, command: Sequence[str]) -> Host:
        host = Host(command, self._environment)
        self._watch(host)
        return host

    def _python_command(self) -> list[str]:
        modules = dict.fromkeys((*COMMON_MODULES, *self._settings.preload))
        return [
            self._settings.python,
            str(PROGRAM),
            "CONTROL",
            str(INSIDE),
            "child",
            *modules,
        ]


def _launcher_command() -> list[str]:
    return [sys.executable, "-E", "-s", "-S", str(PROGRAM), "CONTROL"]


def _qube_command() -> list[str]:
    package = str(HERE.parents[1])
    return [
        *(sys.executable, "-E", "-s", str(PROGRAM)),
        *("CONTROL", package, QUBE_PROCESS),
    ]
