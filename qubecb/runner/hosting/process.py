"""The one place that starts processes of ours: hosts, the launcher, the children of `up`.

Callbacks are not started here, nor are their hosts: a host forks them, the keeper the hosts,
so that no callback's parent is ever the worker.
"""

from __future__ import annotations

import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from qubecb.errors import RunnerError
from qubecb.runner.hosting.python_host import sessions

LONGEST_ANSWER = 64 * 1024


class Child:
    """A process that we started. A context manager that ends it."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        self._popen = popen

    @property
    def pid(self) -> int:
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


def answer(
    command: Sequence[str], environment: Mapping[str, str], seconds: float
) -> str | None:
    """What a program prints to its end; None when it has not ended by then, and is ended.

    Raises RunnerError, which says why, when it cannot be started.
    """
    with tempfile.TemporaryFile() as told:
        try:
            child = subprocess.Popen(  # noqa: S603  # an administrator named the program
                list(command),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise RunnerError(_not_started(command[0], error)) from error
        with Child(child) as running:
            ended = running.wait(seconds) is not None
            sessions.kill([running.pid])
        told.seek(0)
        return told.read(LONGEST_ANSWER).decode("utf-8", "replace") if ended else None


def _not_started(program: str, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no program {program}"
    if isinstance(error, PermissionError):
        return f"{program} is not executable"
    why = error.strerror if isinstance(error, OSError) else str(error)
    return f"{program} cannot be run: {why}"


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
