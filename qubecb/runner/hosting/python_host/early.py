"""A child that is forked before there is a run for it, so that the run does not wait for a fork.

Plain Python 3.6. An idle host forks one, and hands it the next request:

1. The child stays in its host's session, and keeps the control socket open, until it becomes a
   run. So one that hangs on the way there is found like every child that has not begun.
2. It does what every child does before its script once for nothing. What that writes to is
   copied now, and not while a run waits.
3. It gets the request as the host got it. When the host dies before, it ends.

A busy host forks for each request as it comes: to fork early would save nobody any time then.
"""

import _socket
import errno
import fcntl
import marshal
import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional, Sequence, Tuple

    from qubecb.runner.hosting.python_host import become

    Received = Tuple[bytes, Sequence[int]]
else:
    import become

#: Milliseconds without any news after which a host forks early.
IDLE = 10
LARGEST = 64 * 1024
#: What stands before a request: the number of its run.
RUN = struct.Struct("<q")
#: Farm socket, output, script: what comes with a request, as `struct` writes it.
DESCRIPTORS = "iii"
#: So many of them come with every request, unless too many files are open.
LEAST = 2
_SPACE = _socket.CMSG_SPACE(struct.calcsize(DESCRIPTORS))


class Early(object):
    """The one that waits, as its host sees it."""

    def __init__(self) -> None:
        self._pid = 0
        self._line = None  # type: Optional[_socket.socket]
        #: Whether a run was started since one was forked: else nobody is in need of one.
        self.is_wanted = False

    @property
    def patience(self) -> "Optional[int]":
        """For so many milliseconds a host waits for news; None: for ever."""
        return IDLE if self.is_wanted and self._line is None else None

    def fork(self) -> "Optional[_socket.socket]":
        """Fork one: in the child give its end of the line, in the host None."""
        self.is_wanted = False
        try:
            ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
            pid = os.fork()
        except OSError:  # too many processes or files: the next request may be luckier
            return None
        if pid == 0:
            ours.close()
            return theirs
        theirs.close()
        self._pid, self._line = pid, ours
        return None

    def take(self, data: bytes, passed: "Sequence[int]") -> int:
        """Hand it a request, unread; give its process, or 0 when there is none that waits."""
        self.is_wanted = True
        if self._line is None or len(passed) < LEAST:
            return 0
        descriptors = struct.pack("%di" % len(passed), *passed)
        rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, descriptors)]
        try:
            self._line.sendmsg([data], rights)
        except OSError:
            return 0
        finally:
            self.close()
        pid, self._pid = self._pid, 0
        return pid

    def ended(self, pid: int) -> bool:
        """Whether a process that has ended is the one that waited for nothing."""
        if pid != self._pid:
            return False
        self.close()
        return True

    def close(self) -> None:
        """Want it no more: one that has no request ends."""
        if self._line is not None:
            self._line.close()
            self._line = None


def receive(line: "_socket.socket") -> "Received":
    """Read one request with its descriptors; nothing at the end of all."""
    data, ancillary, _, _ = line.recvmsg(LARGEST, _SPACE)
    if not ancillary:
        return data, ()
    return data, struct.unpack("%di" % (len(ancillary[0][2]) // 4), ancillary[0][2])


def read(received: "Received") -> "Dict[str, Any]":
    """Give the request. Raises OSError when its descriptors did not come with it."""
    data, passed = received
    if len(passed) < LEAST:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    request = marshal.loads(data[RUN.size :])  # type: Dict[str, Any]  # noqa: S302  # the worker's own
    return request


def wait(
    line: "_socket.socket", null: int, rehearse: "Callable[[], None]"
) -> "Received":
    """Be the child that waits, until there is a request. Ends when there will be none."""
    control, null = (
        fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, become.SCRIPT + 1)
        for one in (become.FARM, null)  # the control socket has this number in a host
    )
    become.leave_host()
    become.rehearse_once(null)
    for one, number in ((control, become.FARM), (null, become.SCRIPT)):
        os.dup2(one, number)  # what is received has other numbers
    rehearse()
    received = receive(line)
    line.close()
    if not received[0]:
        os._exit(0)
    return received
