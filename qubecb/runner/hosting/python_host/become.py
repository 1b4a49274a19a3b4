"""What a freshly forked process does to become a callback's process.

Plain Python 3.6. Nothing of the host may be seen by the callback: not its descriptors, its
signal handlers, its session; and nothing that goes wrong here may come back into the host's
loop.
"""

import _socket
import contextlib
import fcntl
import json
import os
import resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal as _signal
    from typing import Any, Dict, NoReturn, Optional, Sequence

    from qubecb.runner.hosting.python_host import at_fork
else:
    import _signal

    import at_fork

#: The descriptors that a callback has besides standard input, output and error. The script
#: is closed as soon as it is read.
FARM, SCRIPT = 3, 4


#: So often code is run before the interpreter has made it as quick as it can.
_TIMES = 10


def leave_host() -> None:
    """Be no part of the host any more, but for its session and what is open."""
    at_fork.begin()
    _signal.set_wakeup_fd(-1)
    _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)


def begin(
    request: "Dict[str, Any]",
    passed: "Sequence[int]",
    null: int,
    top: int,
    files: "Optional[int]",
    for_programs: bool = False,
) -> None:
    """Become the callback: close the host's files, take the callback's place. Raises OSError.

    Comes after `leave_host`.

    `passed` are the farm socket, the output file and, where it is handed over, the script, all
    of them above SCRIPT; every other descriptor up to `top` is closed. `files` is the soft
    limit of open files that the process has already. `for_programs` says whether what is
    executed from here has the farm.
    """
    _place(passed, null, top, for_programs)
    _greet()
    _settle(request, files)


def rehearse() -> None:
    """Do all that some times, for nothing: before the process is a host, and has runs.

    The interpreter remembers what it looked up. A child that has to remember, too, pays each
    time with a copied page.
    """
    for _ in range(_TIMES):
        leave_host()
        rehearse_once(0)


def rehearse_once(null: int) -> None:
    """Begin for nothing, and be as before; what was open as FARM and SCRIPT is closed."""
    kept = [fcntl.fcntl(number, fcntl.F_DUPFD, SCRIPT + 1) for number in range(FARM)]
    request = {"files": None, "directory": "."}
    farm, theirs = _socket.socketpair()
    ends = farm.detach(), theirs.detach()
    passed = [fcntl.fcntl(one, fcntl.F_DUPFD, SCRIPT + 1) for one in (*ends, null)]
    begin(request, passed, null, SCRIPT + 1, None)
    for one in (*ends, *passed, FARM, SCRIPT):
        with contextlib.suppress(OSError):
            os.close(one)
    for number, one in enumerate(kept):
        os.dup2(one, number)
        os.close(one)


def _place(passed: "Sequence[int]", null: int, top: int, inheritable: bool) -> None:
    os.dup2(null, 0)
    os.dup2(passed[1], 1)
    os.dup2(passed[1], 2)
    os.dup2(passed[0], FARM, inheritable)
    first = FARM + 1
    if len(passed) > 2:
        os.dup2(passed[2], SCRIPT)
        first = SCRIPT + 1
    os.closerange(first, top)


def _greet() -> None:
    """Tell the worker that the run has begun. From here on it is never started again.

    A worker that has ended meanwhile wants nothing to be started, and nobody reads why.
    """
    try:
        os.write(FARM, b'{"hello": %d}\n' % os.getpid())
    except (BrokenPipeError, ConnectionResetError):
        os._exit(127)


def refuse(message: str) -> "NoReturn":
    """Tell the worker, and the output, why the callback cannot be started, and end."""
    told = {"type": "", "message": message, "frames": [], "locals": {}}
    try:
        os.write(2, ("%s\n" % message).encode("utf-8", "backslashreplace"))
        os.write(FARM, ("%s\n" % json.dumps({"traceback": told})).encode("ascii"))
    except OSError:
        pass  # nobody is left to be told
    os._exit(127)


def _settle(request: "Dict[str, Any]", files: "Optional[int]") -> None:
    """Directory, limits, niceness and user of the callback."""
    if request["files"] != files:
        limit(resource.RLIMIT_NOFILE, request["files"])
    if request.get("nice"):
        os.nice(request["nice"])
    user = request.get("user")
    if user:
        os.setgroups(list(user[2]))
        os.setgid(user[1])
        os.setuid(user[0])
    os.chdir(request["directory"])


def heed_signals() -> None:
    """Give back their meaning to signals that the service was started with ignored or blocked.

    `nohup` and a shell's background do; Python's own exceptions stay as in any program.
    """
    for number in range(1, _signal.NSIG):
        python_s_own = number in (_signal.SIGPIPE, _signal.SIGXFSZ)
        if _signal.getsignal(number) == _signal.SIG_IGN and not python_s_own:
            meant = _signal.default_int_handler if number == _signal.SIGINT else None
            _signal.signal(number, meant or _signal.SIG_DFL)
    _signal.pthread_sigmask(_signal.SIG_SETMASK, [])


def plain_signals() -> None:
    """Give every signal the meaning it has in a program just started."""
    _signal.signal(_signal.SIGPIPE, _signal.SIG_DFL)
    _signal.signal(_signal.SIGXFSZ, _signal.SIG_DFL)


def limit(which: int, soft: "Optional[int]") -> None:
    """Set a soft limit; the callback may raise it again up to the hard one."""
    if soft is None:
        return
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY and (soft > hard or soft < 0):
        soft = hard
    resource.setrlimit(which, (soft, hard))
