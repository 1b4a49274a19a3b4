"""One connection: a request at a time, each thing by its deadline, no reset in place of an answer.

waitress closes a connection as soon as it has refused a request. Whatever of it is still on
its way is then met by a reset, which takes the answer away from a client that sends everything
before it reads. Here the answer is sent at once, and what still comes is read and thrown
away: nothing of it is kept in memory or on disk, and it ends after REFUSED seconds.
"""

from __future__ import annotations

import contextlib
import math
import socket
import struct
import time
from functools import partial
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from dashboard.project.body_size import STRANGE
from dashboard.project.hosts import CONNECTED_TO
from dashboard.service.door import bounds
from dashboard.service.door.bounds import allowed
from dashboard.service.door.parser import Request

#: Bytes that are discarded at a time.
PORTION = 256 * 1024
_LATE = b"The request did not arrive in time.\r\n"
_TIMEOUT = (
    b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Type: text/plain\r\n"
)
_AT_ONCE = struct.pack("ii", 1, 0)
_PONG = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


class Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    """Calls the application, which is told what only the connection shows.

    An answer to HEAD ends with its head: neither waitress nor Django sees to it, and a body
    would be read as the next answer.
    """

    def get_environment(self) -> dict[str, Any]:
        """The request, as WSGI has it."""
        environ: dict[str, Any] = super().get_environment()
        environ[CONNECTED_TO] = self.channel.own_address
        if self.request.is_strange:
            environ[STRANGE] = True
        return environ

    def write(self, data: bytes) -> None:
        """Send the head, if it is not sent yet, and what of the body there is."""
        if self.request.command != "HEAD":
            super().write(data)
            return
        super().write(b"")
        self.chunked_response = False


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """One connection. The thread that waits for sockets calls all of it but `service`.

    A request that is sent early waits until the answer before it is delivered, so a
    client has at most one request in progress and one answer on the way.

    After a refusal there is no further request:

    1. From here on whatever comes is thrown away, also while the answer is made, so that the
       client is never stuck.
    2. The answer is sent whole; then our direction is closed, which clients read as its end.
    3. The connection is closed when the client closes it, or when REFUSED is over.
    """

    task_class = Task
    close_when_flushed: bool
    will_close: bool
    request: Any
    requests: list[Any]
    total_outbufs_len: int

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.parser_class = partial(Request, hearer=self)
        #: The address of this machine that the client is connected to.
        self.own_address: str = self.socket.getsockname()[0]
        self._ahead = b""
        self._is_weighed = self._is_answering = self._was_answered = False
        #: When (monotonic) it came or was last answered, and when its request began.
        self._rested, self._began = time.monotonic(), math.inf
        #: When its answer had to wait for it, and how much of it did.
        self._sending, self._size = math.inf, 0
        #: When patience with a refused request ends.
        self._until = math.inf
        self._answered = self._heard_all = False

    # What the door asks.

    @property
    def whose(self) -> object:
        """With whom it shares its turns to be answered."""
        return self.server.connections.whose(self)

    @property
    def is_busy(self) -> bool:
        """Whether the application is at work on a request of it."""
        return bool(self.requests) or self._is_weighed

    def settle(self) -> None:
        """Update its state. Called after everything that may have changed it."""
        now = time.monotonic()
        if self.total_outbufs_len:
            self._sending = min(self._sending, now)
            self._size = max(self._size, self.total_outbufs_len)
            return
        self._sending, self._size = math.inf, 0
        if self._is_answering and not self.requests:
            self._is_answering, self._was_answered, self._rested = False, True, now
            self.server.connections.answered(self)
        if self._ahead and not (self.is_busy or self.close_when_flushed):
            ahead, self._ahead = self._ahead, b""
            self.received(ahead)

    @property
    def due(self) -> float:
        """When (monotonic) it must be closed as things stand."""
        if self.total_outbufs_len:
            return self._sending + allowed(self._size)
        if self.is_busy:
            return math.inf
        if self._until < math.inf:
            return self._until
        if self._began < math.inf:
            return self._began + self._patience()
        return self._rested + (bounds.SILENCE if self._was_answered else bounds.HEAD)

    def expire(self) -> bool:
        """Close it, and tell a client whose request did not come in time; whether there was one."""
        was_late = self._began < math.inf and not self._is_answering
        if was_late:
            self._say(_TIMEOUT + b"Content-Length: %d\r\n\r\n" % len(_LATE) + _LATE)
        if self.total_outbufs_len:
            # otherwise the kernel keeps sending its buffer for as long as it is read
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.handle_close()
        return was_late

    # What a request tells.

    def is_whole(self, rest: bytes) -> None:
        """A request is complete; `rest` is the beginning of what was sent ahead."""
        self._is_answering = True
        self._began = math.inf
        self._ahead = rest

    def is_refused(self) -> None:
        """A request is answered without what still comes of it."""
        self.is_whole(b"")
        self._until = time.monotonic() + bounds.REFUSED

    def is_large(self, request: Request) -> None:
        """Read no further until it is known who sends it."""
        self._is_weighed = True
        expects, request.expect_continue = request.expect_continue, False
        self.server.weigh(self, request, partial(self._weighed, request, expects))

    def is_ping(self) -> None:
        """Answer at once: that shows that connections are taken and read."""
        self._say(_PONG)
        self.will_close = True

    def _weighed(self, request: Request, expects: bool, known: bool) -> None:
        """It is known now who sends a large body."""
        self._is_weighed = False
        if not self.connected:
            return
        if not known:
            request.refuse()
            self.is_refused()
            with self.requests_lock:
                self.request = None
                self.requests.append(request)
                self.server.add_task(self)
        elif expects:
            self.send_continue()

    # What waitress asks.

    def readable(self) -> bool:
        """Whether something may be read."""
        if self._until < math.inf:
            return not (self.will_close or self._heard_all)
        return bool(super().readable()) and not (self._is_weighed or self._ahead)

    def writable(self) -> bool:
        """Whether something is to be sent by us: a thread sends what it writes by itself.

        What it cannot send it leaves to us, and pulls the trigger.
        """
        if not super().writable():
            return False
        if not self.outbuf_lock.acquire(False):
            return False
        self.outbuf_lock.release()
        return True

    def received(self, data: bytes) -> bool:
        """Take the next bytes."""
        self._began = min(self._began, time.monotonic())
        return bool(super().received(data))

    def handle_read(self) -> None:
        """Take what comes, or throw it away."""
        if self._until == math.inf:
            super().handle_read()
            return
        try:
            more = self.socket.recv(PORTION)
        except BlockingIOError:
            return
        except OSError:
            self.handle_close()
            return
        self._heard_all = not more or time.monotonic() > self._until
        if self._heard_all and self._answered:
            self.handle_close()

    def handle_write(self) -> None:
        """Send what is to be sent; after a refusal, close only our direction."""
        if self._until == math.inf:
            super().handle_write()
            return
        self._flush_exception(self._flush_some_if_lockable)
        if self.socket is None:
            return  # it was found closed
        if self.close_when_flushed and not self.total_outbufs_len:
            self.close_when_flushed = False
            self._end_answer()
        if self.will_close:
            self.handle_close()

    def del_channel(self, map: Any = None) -> None:  # noqa: A002 (waitress names it)
        """It is about to be closed."""
        self.server.gone(self)
        super().del_channel(map)

    def _patience(self) -> float:
        """Seconds from the first byte of its request until it must be whole."""
        if self.request is None or not self.request.headers_finished:
            return bounds.HEAD
        return allowed(self.request.size)

    def _end_answer(self) -> None:
        self._answered = True
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.will_close = True
        if self._heard_all:
            self.will_close = True

    def _say(self, answer: bytes) -> None:
        """Send what fits at once; a client that does not read misses it."""
        with contextlib.suppress(OSError):
            self.socket.send(answer)
