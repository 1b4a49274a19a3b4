"""The line from a callback's process to its worker, one JSON object a line.

Beside qb.py, and like it plain Python 3.6 to 3.14 on the standard library. A script may close
the socket, fork, start threads or be interrupted by its own signal handlers: each ends in
an exception that says so, never in a hang and never in another call's answer.
"""

import os
import select
import stat
import time
from _thread import allocate_lock, get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

#: Bytes of a message at most, as the worker takes them.
LONGEST = 1024 * 1024 - 1
#: So little that a socket with room takes it whole, without blocking.
WRITE = 4096
READ = 65536


class FarmError(RuntimeError):
    """The farm refused or failed, or cannot be reached."""

    __module__ = "qb"


class BadTarget(FarmError, ValueError):
    """This id cannot be given to the farm; 0 is one of them."""

    __module__ = "qb"


class FarmTimeout(FarmError):
    """The farm did not answer in time."""

    __module__ = "qb"


class Line(object):
    """One process's line; one thread at a time has its turn on it (`with line:`)."""

    def __init__(
        self,
        fd: int,
        seconds: "Optional[str]",
        identity: "Optional[Tuple[int, int]]" = None,
    ) -> None:
        """Take the socket's descriptor, or -1 for none, and how long an answer may take.

        `identity` is which socket that is, where it is known already.
        """
        self.fd = fd
        self.seconds = _seconds(seconds)
        self.identity = identity or _identity(fd)
        self.pid = os.getpid()
        self.lock = allocate_lock()
        self.owner = 0
        self.number = 0
        self.received = bytearray()
        self.broken = ""

    def ask(self, call: "Dict[str, Any]") -> "List[Any]":
        """Ask the worker and wait for its answer."""
        with self:
            self.number += 1
            call["call"] = number = self.number
            deadline = time.monotonic() + self.seconds
            self._write(_encoded(call), deadline)
            while True:
                answer = self._message(deadline)
                if answer.get("answer") == number:
                    return _result(answer)

    def tell(self, message: "Dict[str, Any]") -> None:
        """Say something that wants no answer."""
        with self:
            self._write(_encoded(message), time.monotonic() + self.seconds)

    def __enter__(self) -> None:
        self._reach()
        if self.owner == get_ident():
            raise FarmError("qb was called again before its call ended")
        self.lock.acquire()
        self.owner = get_ident()

    def __exit__(self, *failure: "Any") -> None:
        self.owner = 0
        self.lock.release()

    def _reach(self) -> None:
        """See that the socket is still the one of the start, in the process of the start."""
        if self.broken:
            raise FarmError(self.broken)
        if self.identity is None:
            raise FarmError(_nowhere())
        if os.getpid() != self.pid:
            raise FarmError(
                "qb works only in the callback's own process, not in one forked from it"
            )
        if _identity(self.fd) != self.identity:
            raise FarmError("the connection to the farm is lost: the script closed it")

    def _write(self, data: bytes, deadline: float) -> None:
        sent = 0
        try:
            while sent < len(data):
                self._wait(select.POLLOUT, deadline)
                sent += os.write(self.fd, data[sent : sent + WRITE])
        except OSError as error:
            self.broken = "the connection to the farm is lost: %s" % error
            raise FarmError(self.broken) from None
        except BaseException:  # a signal handler of the script may raise anything
            if sent:
                self.broken = "the connection to the farm is lost: a call was cut short"
            raise

    def _message(self, deadline: float) -> "Dict[str, Any]":
        """The worker's next message."""
        import json

        return dict(json.loads(self._line(deadline).decode("utf-8", "replace")))

    def _line(self, deadline: float) -> bytes:
        searched = 0
        while True:
            end = self.received.find(b"\n", searched)
            if end >= 0:
                line = bytes(self.received[:end])
                del self.received[: end + 1]
                return line
            searched = len(self.received)
            self._wait(select.POLLIN, deadline)
            try:
                data = os.read(self.fd, READ)
            except OSError as error:
                raise FarmError(
                    "the connection to the farm is lost: %s" % error
                ) from None
            if not data:
                self.broken = "the connection to the farm is lost: the worker ended"
                raise FarmError(self.broken)
            self.received += data

    def _wait(self, what: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(self.fd, what)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise FarmTimeout("the farm did not answer within %g s" % self.seconds)


def _nowhere() -> str:
    """Why this process has no farm; a callback's environment goes to what it starts."""
    if "QUBECB_RUN_ID" in os.environ:
        return "qb works only in the callback's own process, not in one started by it"
    return "there is no farm: this process was not started by qubecb"


def _result(answer: "Dict[str, Any]") -> "List[Any]":
    error = answer.get("error")
    if error is None:
        return list(answer["result"])
    known = {"BadTarget": BadTarget, "FarmTimeout": FarmTimeout}
    raise known.get(error["type"], FarmError)(error["message"])


def _identity(fd: int) -> "Optional[Tuple[int, int]]":
    """Which socket a descriptor is, or None when it is none."""
    try:
        found = os.fstat(fd)
    except (OSError, OverflowError):
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISSOCK(found.st_mode) else None


def _encoded(message: "Dict[str, Any]") -> bytes:
    import json

    try:
        data = json.dumps(message, allow_nan=False).encode("ascii") + b"\n"
    except RecursionError:
        raise TypeError("this is nested too deep to be sent to the farm") from None
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeError("this cannot be sent to the farm: %s" % error) from None
    if len(data) > LONGEST:
        raise ValueError("this is too much for one call: more than 1 MiB")
    return data


def _seconds(text: "Optional[str]") -> float:
    try:
        seconds = float(text or "")
    except (TypeError, ValueError):
        return 30.0
    return seconds if 0 < seconds < 1e9 else 30.0
