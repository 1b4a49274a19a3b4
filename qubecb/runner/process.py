"""The one place that starts processes of ours: hosts, the launcher, the children of `up`.

Callbacks themselves are not started here: a host or the launcher forks them, so that no
callback's parent is the worker.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from qubecb.errors import RunnerError
from qubecb.runner.python_host import sessions

logger = logging.getLogger(__name__)

_PR_SET_CHILD_SUBREAPER = 36


class Child:
    """A process that we started and watch. A context manager that ends it."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        self._popen = popen

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._popen.pid

    @property
    def exit(self) -> int | None:
        """Its exit status, minus the signal's number, or None while it lives."""
        return self._popen.poll()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, if it still lives."""
        self._popen.send_signal(number)

    def wait(self, seconds: float) -> int | None:
        """Wait for its end; give its exit status, or None when it still lives."""
        try:
            return self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def end(self, grace: float) -> int:
        """SIGTERM, `grace` seconds, SIGKILL; give its exit status."""
        self.send(signal.SIGTERM)
        status = self.wait(grace)
        if status is None:
            self.send(signal.SIGKILL)
            status = self._popen.wait()
        return status

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.exit is None:
            self.end(2.0)


def start(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    descriptors: Sequence[int] = (),
    own_session: bool = False,
    silent: bool = False,
) -> Child:
    """Start a program; its standard input is empty, its output ours.

    `descriptors` are inherited under their numbers; `own_session` keeps it from the
    terminal's signals; `silent` sends its standard output to its standard error, so that
    nothing mixes with what we print. Raises RunnerError when it cannot be started.
    """
    try:
        return Child(
            subprocess.Popen(  # noqa: S603  # the command is the service's own
                list(command),
                env=None if environment is None else dict(environment),
                cwd=directory,
                pass_fds=tuple(descriptors),
                stdin=subprocess.DEVNULL,
                stdout=2 if silent else None,
                start_new_session=own_session,
            )
        )
    except OSError as error:
        raise RunnerError(f"cannot start {command[0]}: {error.strerror}") from error


def adopt_orphans() -> bool:
    """Make this process a child subreaper, so that runs of a killed host come to us.

    Linux only; gives whether it worked. Without it such runs are lost.
    """
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return False
    return bool(prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def reap(pid: int) -> int | None:
    """Give the wait status of an adopted process that ended, or None while it lives.

    Raises ChildProcessError when it is not ours.
    """
    found, status = os.waitpid(pid, os.WNOHANG)
    return status if found == pid else None


def reap_strangers(known: Collection[int | None]) -> None:
    """Wait for orphans that dead hosts left us, but for known processes and our own session's.

    What else this process starts is in its session, and waited for by whoever started it.
    """
    own = os.getsid(0)
    for orphan in sessions.zombies(os.getpid()):
        if orphan.session != own and orphan.pid not in known:
            with contextlib.suppress(ChildProcessError):
                reap(orphan.pid)
