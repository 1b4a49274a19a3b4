"""What a freshly forked process does to become a callback's process.

Plain Python 3.6. Nothing of the host may be seen by the callback: not its descriptors, its
signal handlers, its session; and nothing that goes wrong here may come back into the host's
loop.
"""

import json
import os
import resource
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, NoReturn, Optional, Sequence

#: The descriptors that a callback has besides standard input, output and error. The script
#: is closed as soon as it is read.
FARM, SCRIPT = 3, 4


def descriptors(
    null: int, passed: "Sequence[int]", top: int, inheritable: bool
) -> None:
    """Put what the callback inherits into its places and close everything else.

    `passed` are the farm socket, the output file and (for Python) the script, all of them
    above SCRIPT. `inheritable` says whether programs executed from here have the farm.
    """
    os.dup2(null, 0)
    os.dup2(passed[1], 1)
    os.dup2(passed[1], 2)
    os.dup2(passed[0], FARM, inheritable)
    first = FARM + 1
    if len(passed) > 2:
        os.dup2(passed[2], SCRIPT)
        first = SCRIPT + 1
    os.closerange(first, top)


def greet() -> None:
    """Tell the worker that the run has begun. From here on it is never started again."""
    os.write(FARM, b'{"hello": %d}\n' % os.getpid())


def refuse(message: str) -> "NoReturn":
    """Tell the worker, and the output, why the callback cannot be started, and end."""
    told = {"type": "", "message": message, "frames": [], "locals": {}}
    try:
        os.write(2, ("%s\n" % message).encode("utf-8", "backslashreplace"))
        os.write(FARM, ("%s\n" % json.dumps({"traceback": told})).encode("ascii"))
    except OSError:
        pass  # nobody is left to be told
    os._exit(127)


def settle(request: "Dict[str, Any]", files: "Optional[int]") -> None:
    """Directory, limits, niceness and user of the callback. Raises OSError.

    `files` is the soft limit of open files that it has already.
    """
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


def plain_signals() -> None:
    """Give every signal the meaning it has in a program just started."""
    for name in ("SIGPIPE", "SIGXFSZ"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


def limit(which: int, soft: "Optional[int]") -> None:
    """Set a soft limit; the callback may raise it again up to the hard one."""
    if soft is None:
        return
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY and (soft > hard or soft < 0):
        soft = hard
    resource.setrlimit(which, (soft, hard))
