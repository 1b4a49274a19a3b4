"""One run from its order to its outcome: what the engine keeps of it meanwhile."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import time
from collections import deque
from pathlib import Path

from qubecb.conffile.links import open_file
from qubecb.conffile.names import script_path
from qubecb.errors import QubecbError, RunnerError, UnreadableFile
from qubecb.runner.conversation import Call
from qubecb.runner.endings import SYS_EXIT, ending
from qubecb.runner.farm.port import Farm
from qubecb.runner.host import Host
from qubecb.runner.mask import masked_text
from qubecb.runner.order import MEBIBYTE, Order
from qubecb.runner.outcome import Outcome, Output, RunState
from qubecb.runner.output import OutputFile
from qubecb.runner.python_host import sessions
from qubecb.runner.qube_process import conversation

LARGEST_SCRIPT = 32 * MEBIBYTE
#: Bytes read from one run's socket before others get their turn.
PORTION = 256 * 1024


class Script:
    """The script of a run, read once: these bytes run, and these are kept."""

    def __init__(self, directory: Path, file: str) -> None:
        self.path = script_path(directory, file)
        try:
            self.descriptor = open_file(self.path)
        except OSError as error:
            raise RunnerError(_unread(self.path, error)) from error
        except UnreadableFile as error:
            raise RunnerError(str(error)) from error
        try:
            self.text = self._read()
        except OSError as error:
            self.close()
            raise RunnerError(_unread(self.path, error)) from error
        except BaseException:  # Ctrl-C too leaves no open file
            self.close()
            raise
        self.sha256 = hashlib.sha256(self.text).hexdigest()

    def close(self) -> None:
        """Let go of the file."""
        os.close(self.descriptor)

    def _read(self) -> bytes:
        status = os.fstat(self.descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise RunnerError(f"{self.path} is not a file")
        if status.st_size > LARGEST_SCRIPT:
            raise RunnerError(f"{self.path} is larger than 32 MiB")
        parts = []
        while part := os.read(self.descriptor, status.st_size + 1):
            parts.append(part)
        return b"".join(parts)


def _unread(path: Path, error: OSError) -> str:
    """Why a script cannot be read, as a sentence."""
    told = f"cannot read {path}: {error.strerror}"
    if os.path.isdir(path.parent):  # noqa: PTH112 (never raises)
        return told
    return f"{told}; its directory is not there, so it may not be mounted"


class ActiveRun:
    """A run that was started, or is about to be, and whose outcome is not known yet."""

    def __init__(
        self, order: Order, farm: Farm, output: OutputFile, mailer: object
    ) -> None:
        self.order = order
        self.conversation = conversation(order, farm, mailer)
        self.output = output
        #: When (monotonic) its process began, and ended where its host has told.
        self.began = time.monotonic()
        self.ended: float | None = None
        self.script = b""
        self.script_sha256 = ""
        self.mode = "fresh"
        #: How often it was handed to a host that died before it began.
        self.attempts = 0
        #: Its number in what is said to and by hosts.
        self.key = 0
        self.handed_over_at = 0.0
        self.host: Host | None = None
        #: Its host died: the run is the keeper's child now.
        self.adopted = False
        #: When (monotonic) it was not there any more, and nobody had told of its end.
        self.missed_at: float | None = None
        self._socket: socket.socket | None = None
        self._unsent = bytearray()
        #: Calls to be answered, and since when (monotonic) the first is with the farm.
        self.calls: deque[Call] = deque()
        self.asked_at: float | None = None
        #: When (monotonic) its time is over.
        self.deadline: float | None = None
        #: Why we ended it, if we did.
        self.cause: tuple[RunState, str] | None = None
        #: When (monotonic) SIGKILL follows SIGTERM.
        self.kill_at: float | None = None
        self.status: int | None = None
        self.over = False

    @property
    def pid(self) -> int | None:
        """The process of the callback, which leads its session; None before its hello."""
        return self.conversation.hello

    @property
    def lives(self) -> bool:
        """Whether its process has not ended, also when nobody has told us yet."""
        return self.pid is not None and (
            not sessions.TOLD or sessions.read(self.pid) is not None
        )

    def connect(self) -> socket.socket:
        """Open the farm socket anew; give the end that the callback inherits.

        Raises RunnerError when the system has none to give.
        """
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            raise RunnerError(f"no socket for its farm: {error.strerror}") from error
        ours.setblocking(False)
        self._socket = ours
        self._unsent = bytearray()
        return theirs

    @property
    def connection(self) -> socket.socket | None:
        """Our end of the farm socket while it is open."""
        return self._socket

    def send(self, data: bytes = b"") -> bool:
        """Send that, after what could not be sent before; give whether all of it went."""
        self._unsent += data
        if self._socket is None:
            return True
        try:
            while self._unsent:
                del self._unsent[: self._socket.send(self._unsent)]
        except BlockingIOError:
            return False
        except OSError:
            self._unsent.clear()
        return True

    def receive(self) -> bool:
        """Take what the child said; give False when there will be no more."""
        if self._socket is None:
            return False
        left = PORTION
        while left > 0:
            try:
                data = self._socket.recv(65536)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not data:
                return False
            self.calls.extend(self.conversation.received(data))
            left -= len(data)
        return True

    def disconnect(self) -> None:
        """Close the farm socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def outcome(self, output: Output, running: int) -> Outcome:
        """Everything that is kept; `running` is how many processes it left so."""
        said = self.conversation
        said.close()
        now = time.monotonic()
        ended = now if self.ended is None else self.ended
        # the clock may have been set meanwhile: what it says now counts, and how long it took
        ended_at = time.time() - (now - ended)
        end = ending(self.cause, self.status, said.traceback)
        left = (SYS_EXIT,) if said.left and end.exit == 0 else ()
        return Outcome(
            run_id=self.order.run_id,
            state=end.state,
            reason=masked_text(end.reason),
            exit=end.exit,
            started_at=ended_at - (ended - self.began),
            ended_at=ended_at,
            output=output,
            actions=tuple(said.actions),
            traceback=said.traceback
            if end.exit and said.traceback and said.traceback["type"]
            else None,
            grandchildren=running,
            notes=(*said.remarks, *left),
            mode=self.mode,
            script=self.script,
            script_sha256=self.script_sha256,
        )


def refused(order: Order, error: QubecbError) -> Outcome:
    """The outcome of a run that could not be started at all."""
    now = time.time()
    return Outcome(
        run_id=order.run_id,
        state=RunState.FAILED,
        reason=masked_text(str(error)),
        exit=None,
        started_at=now,
        ended_at=now,
    )
