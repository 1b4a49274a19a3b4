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
import struct
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qubecb.errors import RunnerError
from qubecb.runner.hosting import process
from qubecb.runner.hosting.python_host.loading import stamp

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
#: The program of every host.
PROGRAM = HERE / "python_host" / "program.py"
#: What stands before a request: the number of its run, so that it can be refused unread.
RUN = struct.Struct("<q")
#: A form of `marshal` that every Python from 3.6 on reads.
PLAIN = 2
#: Bytes of a request at most; the host's `LARGEST` is as much.
LARGEST = 64 * 1024
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
        #: What it was loaded from, and what of each file changes when that is changed.
        self.stamps: Mapping[str, list[int] | None] = {}
        #: Requests, with descriptors of their own, for which its socket had no room.
        self._unsent: deque[tuple[bytes, list[int]]] = deque()
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
        hello, which says that nothing was started. Raises RunnerError when it cannot be
        sent to any host; the part for which there is no room now is sent by `send_on`.
        """
        data = RUN.pack(request["run"]) + marshal.dumps(request, PLAIN)
        if len(data) > LARGEST:
            raise RunnerError(
                f"cannot start it: the data for its process has {len(data):,} bytes,"
                f" and at most {LARGEST:,} can be passed on"
            )
        if self._unsent or not self._send(data, descriptors):
            self._unsent.append((data, [os.dup(each) for each in descriptors]))

    @property
    def waiting(self) -> bool:
        """Whether something is to be sent as soon as there is room."""
        return bool(self._unsent)

    def send_on(self) -> None:
        """Send what waits, as far as there is room."""
        while self._unsent:
            try:
                if not self._send(*self._unsent[0]):
                    return
            except RunnerError as error:
                logger.warning("a request was dropped: %s", error)
            _close(self._unsent.popleft()[1])

    def _send(self, data: bytes, descriptors: Sequence[int]) -> bool:
        """Send one request; give False when there is no room for it now."""
        try:
            socket.send_fds(self._control, [data], list(descriptors))
        except BlockingIOError:
            return False
        except (BrokenPipeError, ConnectionResetError) as error:
            logger.info("a request could not be sent to a host: %s", error)
        except OSError as error:
            raise RunnerError(f"cannot start it: {error.strerror}") from error
        return True

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

    @property
    def outdated(self) -> bool:
        """Whether something that it has loaded is not what it was."""
        return any(stamp(path) != known for path, known in self.stamps.items())

    @property
    def dead(self) -> bool:
        """Whether its process has ended, also while a child of it holds its socket open."""
        if self._process is None:
            return False
        poller = select.poll()
        poller.register(self._process, select.POLLIN)
        return bool(poller.poll(0))

    def kill(self) -> None:
        """End it at once; it may be stopped, or hang."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def wait(self, seconds: float) -> None:
        """Wait for its end for so long at most. It is the keeper that reaps it, not we."""
        if self._process is not None:
            select.select([self._process], [], [], seconds)

    def put_down(self) -> None:
        """Kill it and wait for its death: from then on its runs are the keeper's children."""
        self.kill()
        self.wait(5.0)
        while self._unsent:
            _close(self._unsent.popleft()[1])
        if self._process is not None:
            os.close(self._process)
            self._process = None
        self._control.close()

    def hang_up(self) -> None:
        """Tell it that there is no more work: it ends what is left, and itself."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)


def _close(descriptors: Sequence[int]) -> None:
    for each in descriptors:
        os.close(each)


class Keeper(Host):
    """The one host that is our own child; the parent of all others."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Start it at once. Raises RunnerError when the system does not."""
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
        """Wait for its end for so long at most, and reap it."""
        self._child.wait(seconds)
