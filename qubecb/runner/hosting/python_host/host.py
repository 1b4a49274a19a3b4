"""The parent of callbacks: forks a child for each request of the worker.

Run as a program, in one of three roles:

* the *fork server*, under QUBECB_PYTHON: `qb` and common modules are loaded once, and each
  child runs a Python script right away;
* the *launcher*, under the worker's own interpreter: each child executes another program
  (Perl, a fresh Python); a second one, with our own package loaded, runs code strings;
* the *keeper*: a launcher whose children are the other hosts. When one of them is killed, its
  runs come to the keeper, which tells the worker how they end.

Plain Python 3.6, standard library, one thread. It compiles and runs nothing of the author's
itself. When the worker is gone it ends what it started, as at a timeout, and itself.

Arguments: the number of the control socket (AF_UNIX, SOCK_SEQPACKET); then nothing for a
launcher, else a folder, the module in it whose `start` a child calls, and modules to load.
"""

import _socket
import contextlib
import fcntl
import gc
import json
import os
import resource
import select
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from typing import Any, Dict, List, NoReturn, Optional, Sequence, Set, Tuple

    from qubecb.runner.hosting.python_host import (
        at_fork,
        become,
        early,
        loading,
        memory,
        sessions,
    )
else:
    import at_fork
    import become
    import early
    import loading
    import memory
    import sessions

#: Seconds between SIGTERM and SIGKILL for runs whose worker is gone.
GRACE = 2.0
CONTROL = 3
_PR_SET_CHILD_SUBREAPER = 36
#: What the worker is told; times are of the child's own life, however busy the worker is.
_ENDED = b'{"ended": %d, "status": %d, "began": %f, "at": %f, "runs": %a}'
_ORPHAN = b'{"orphan": %d, "status": %d, "at": %f}'
#: Seconds that other hosts have for ending their runs when the worker is gone.
PATIENCE = 3 * GRACE


class Host:
    """The loop: requests come in, children are forked, their ends are told."""

    def __init__(self, inside: "Optional[types.ModuleType]") -> None:
        self._control = _socket.socket(
            _socket.AF_UNIX, _socket.SOCK_SEQPACKET, 0, CONTROL
        )
        #: What runs in a child; None: another program does.
        self._inside = inside
        self._early = early.Early()
        #: By process: the run, and when it was forked, in seconds since 1970.
        self._runs: "Dict[int, Tuple[int, float]]" = {}
        #: The processes among them that are hosts themselves.
        self._hosts: "Set[int]" = set()
        self._null = os.open(os.devnull, os.O_RDONLY)
        self._wake, self._waker = os.pipe()
        for descriptor in (self._wake, self._waker):
            os.set_blocking(descriptor, False)
        self._files = None  # type: Optional[int]
        self._variables = {}  # type: Dict[str, str]
        self._top = 0

    def prepare(self) -> "List[str]":
        """Become ready for forking; give what speaks against it."""
        os.umask(0o022)
        become.limit(resource.RLIMIT_CORE, 0)
        become.heed_signals()
        signal.signal(signal.SIGCHLD, _wake_up)
        signal.set_wakeup_fd(self._waker)
        open_now = os.listdir("/dev/fd")
        self._top = max(map(int, open_now)) + 16
        at_fork.keep_back()
        gc.collect()
        memory.fill_holes()
        if hasattr(gc, "freeze"):
            gc.freeze()
        return at_fork.threads_left()

    def tell(self, message: "Dict[str, Any]") -> None:
        """Send one message to the worker."""
        self._send(json.dumps(message).encode("ascii"))

    def serve(self) -> None:
        """Work until the worker closes the control socket or is gone."""
        poller = select.poll()
        poller.register(CONTROL, select.POLLIN)
        poller.register(self._wake, select.POLLIN)
        while True:
            news = poller.poll(self._early.patience)
            line = None if news else self._early.fork()
            if line is not None:
                self._wait(line)
            for descriptor, _ in news:
                if descriptor == self._wake:
                    self._reap()
                elif not self._take():
                    return

    def end(self) -> None:
        """End every run that is still going on. Hosts see for themselves that they must."""
        self._early.close()
        sessions.end([pid for pid in self._runs if pid not in self._hosts], GRACE)
        deadline = time.monotonic() + PATIENCE
        while sessions.snapshot(self._hosts) and time.monotonic() < deadline:
            time.sleep(0.02)  # nobody is told when hosts end
        sessions.end(list(self._hosts), 0.0)
        self._control.close()

    def _take(self) -> bool:
        """Read one request and start it; give False when there will be none any more."""
        try:
            received = early.receive(self._control)
        except OSError:
            return False
        data, passed = received
        if not data:
            return False
        number = early.RUN.unpack(data[: early.RUN.size])[0]
        try:
            self._begin(number, received)
        except Exception as error:  # noqa: BLE001  # no request ends a host
            reason = "%s: %s" % (type(error).__name__, error)
            if isinstance(error, OSError):
                reason = error.strerror or reason
            self.tell({"refused": number, "reason": reason})
        for descriptor in passed:
            os.close(descriptor)
        return True

    def _begin(self, number: int, received: "early.Received") -> None:
        pid = self._early.take(*received) if self._inside is not None else 0
        request = early.read(received)
        self._allow(request["files"])
        self._dress(request["environment"])
        pid = pid or os.fork()
        if pid == 0:
            become.leave_host()
            self._be_the_child(request, received[1])
        self._runs[pid] = number, time.monotonic()
        if request.get("host"):
            self._hosts.add(pid)

    def _wait(self, line: "_socket.socket") -> "NoReturn":
        """Be the child that was forked early. Never returns, as `_be_the_child`."""
        try:
            self._control.detach()  # its descriptor is another's from here on
            rehearse = getattr(self._inside, "rehearse_once", None)
            received = early.wait(line, self._null, rehearse or (lambda: None))
            request = early.read(received)
            self._dress(request["environment"])
        except BaseException:  # noqa: BLE001  # nothing else gets out of here
            os._exit(127)
        self._be_the_child(request, received[1])

    def _allow(self, files: "Optional[int]") -> None:
        """Have the limit of open files that the child shall have, if we can live with it."""
        if files != self._files and files is not None and files >= 64:
            become.limit(resource.RLIMIT_NOFILE, files)
            self._files = files
        elif files is None and self._files is not None:
            become.limit(resource.RLIMIT_NOFILE, resource.RLIM_INFINITY)
            self._files = None

    def _dress(self, variables: "Dict[str, str]") -> None:
        """Have the environment that the child shall have: it costs us less than the child."""
        for name in self._variables:
            if name not in variables:
                del os.environ[name]
        for name, value in variables.items():
            if self._variables.get(name) != value:
                os.environ[name] = value
        self._variables = variables

    def _be_the_child(
        self, request: "Dict[str, Any]", passed: "Sequence[int]"
    ) -> "NoReturn":
        """Never returns: whatever happens, the host's loop is not entered by a child.

        What ends our own program, so that a script can follow it, passes through the loop.
        """
        try:
            os.setsid()
            programs = self._inside is None
            become.begin(request, passed, self._null, self._top, self._files, programs)
            self._control.detach()  # its descriptor is another's by now
            if self._inside is None:
                become.plain_signals()
                os.execv(request["argv"][0], request["argv"])  # noqa: S606  # a launcher's work
            left = self._inside.start(request, become.SCRIPT)
        except OSError as error:
            wanted = error.filename or request.get("argv", [request["script"]])[0]
            become.refuse("cannot start %s: %s" % (wanted, error.strerror))
        except BaseException as error:  # noqa: BLE001  # nothing else gets out of here
            become.refuse("cannot start it: %s: %s" % (type(error).__name__, error))
        raise left

    def _reap(self) -> None:
        """Tell the worker about every child that ended, and every orphan that came to us."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake, 4096)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            known = self._runs.pop(pid, None)
            self._hosts.discard(pid)
            if known is None and self._early.ended(pid):
                continue
            if known is None:
                self._send(_ORPHAN % (pid, status, time.monotonic()))
            else:
                told = known[0], status, known[1], time.monotonic(), list(self._runs)
                self._send(_ENDED % told)

    def _send(self, message: bytes) -> None:
        with contextlib.suppress(OSError):  # the worker is gone: `serve` will see it
            self._control.send(message)


def _wake_up(number: int, frame: object) -> None:
    """A child ended: the descriptor that signals are written to says so."""


def adopt_orphans() -> None:
    """Become a child subreaper, so that orphans of runs come here and are reaped."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        pass  # not Linux: orphans go to process 1


def main(arguments: "Sequence[str]") -> None:
    """Set up by role, say so to the worker, serve, and end what is left."""
    given = int(arguments[0])
    control = fcntl.fcntl(given, fcntl.F_DUPFD_CLOEXEC, become.SCRIPT + 1)
    os.close(given)
    adopt_orphans()
    inside = loading.load_inside(*arguments[1:3]) if arguments[1:] else None
    problems = loading.load(arguments[3:])
    stamps = loading.stamps() if arguments[3:] else {}
    become.rehearse()
    if inside is not None and hasattr(inside, "rehearse"):
        inside.rehearse()
    os.dup2(control, CONTROL, False)
    os.close(control)
    host = Host(inside)
    for name in ("at_fork", "become", "early", "host", "loading", "memory", "sessions"):
        sys.modules.pop(name, None)
    left = host.prepare()
    if left and inside is not None:
        host.tell({"unfit": left, "problems": problems})
        return
    version = list(sys.version_info[:3])
    host.tell({"ready": version, "problems": problems, "stamps": stamps})
    host.serve()
    host.end()
