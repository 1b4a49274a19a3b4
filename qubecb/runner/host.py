"""One process that starts callbacks, as the worker sees it: its socket, its process."""

from __future__ import annotations

import contextlib
import json
import logging
import marshal
import os
import select
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qubecb.errors import RunnerError
from qubecb.runner import process

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
#: The program of every host.
PROGRAM = HERE / "python_host" / "program.py"
#: A form of `marshal` that every Python from 3.6 on reads.
PLAIN = 2
#: What the keeper calls every host, as a run's number.
_A_HOST = -1


def command(control: int) -> list[str]:
    """A host under our own interpreter, with nothing loaded; `control` is its socket."""
    return [sys.executable, "-E", "-s", "-S", str(PROGRAM), str(control)]


class Host:
    """One host process and the socket over which it is told what to start."""

    def __init__(self) -> None:
        self._control, self._theirs = socket.socketpair(
            socket.AF_UNIX, socket.SOCK_SEQPACKET
        )
        self._control.setblocking(False)
        #: Its process, once it is known.
        self.pid: int | None = None
        self._process: int | None = None
        self.ready = False
        #: Why it could not be started, if it said so.
        self.trouble = ""
        #: The processes of its runs when it last told of an end.
        self.runs: frozenset[int] = frozenset()
        self.gone = False

    def begin(self, keeper: Host, argv: Sequence[str]) -> None:
        """Have the keeper start it. When the keeper is gone, so is this host at once."""
        request = {
            "run": _A_HOST,
            "host": True,
            "argv": list(argv),
            "script": argv[0],
            "environment": {},
            "directory": ".",
            "files": None,
        }
        with self._theirs:
            keeper.send(request, [self._theirs.fileno(), 2])

    def is_process(self, pid: int) -> None:
        """Take note of its process, which lives or has just died."""
        self.pid = pid
        with contextlib.suppress(OSError, AttributeError):
            self._process = os.pidfd_open(pid)

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

    def kill(self) -> None:
        """End it at once; it may be stopped, or hang."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def wait(self, seconds: float) -> None:
        """Wait for its end."""
        if self._process is not None:
            select.select([self._process], [], [], seconds)

    def put_down(self) -> None:
        """See that it is really dead, so that its runs are the keeper's; let go of it."""
        self.kill()
        self.wait(5.0)
        if self._process is not None:
            os.close(self._process)
            self._process = None
        self._control.close()

    def hang_up(self) -> None:
        """Tell it that there is no more work: it ends what is left, and itself."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)


class Keeper(Host):
    """The one host that is our own child."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Start it. Raises RunnerError."""
        super().__init__()
        number = self._theirs.fileno()
        with self._theirs:
            try:
                self._child = process.start(
                    command(number),
                    environment=environment,
                    descriptors=[number],
                    own_session=True,
                    silent=True,
                )
            except RunnerError:
                self._control.close()
                raise
        self.is_process(self._child.pid)

    def wait(self, seconds: float) -> None:
        """Wait for its end, and take it off the list of processes."""
        self._child.wait(seconds)
