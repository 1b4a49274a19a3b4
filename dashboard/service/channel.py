"""Connections of the web process: a body that is too large gets its answer, not a reset.

waitress closes a connection as soon as it has refused a body. Whatever of it is still on its
way is then met by a reset, which takes the answer away from a client that sends everything
before it reads. Here the answer is sent at once, and what still comes is read and thrown
away: nothing of it is kept in memory or on disk, and it ends after PATIENCE seconds.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.utilities import RequestEntityTooLarge

#: Seconds for which the rest of a refused body is read and thrown away.
PATIENCE = 30.0
#: Bytes that are thrown away at a time.
PORTION = 256 * 1024


class BoundedParser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Reads a request. One with too large a body goes to the application without it.

    The application sees its length and answers 413, in the form that the address has.
    """

    error: Any

    def __init__(self, adjustments: Any, refuse: Callable[[], None]) -> None:
        super().__init__(adjustments)
        self._refuse = refuse

    def received(self, data: bytes) -> int:
        """Take the next bytes; give how many of them are done with."""
        consumed: int = super().received(data)
        if not isinstance(self.error, RequestEntityTooLarge):
            return consumed
        self.error = None
        self.expect_continue = False
        self.close()
        self.body_rcv = None
        self.headers["CONNECTION"] = "close"
        if self.chunked:
            self.headers["CONTENT_LENGTH"] = str(self.adj.max_request_body_size)
        self._refuse()
        return len(data)


class PatientChannel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """One connection. After a refused body it takes no further request.

    1. The parser refuses the body: from here on whatever comes is thrown away, also while
       the answer is made, so that the client is never stuck.
    2. The answer is sent whole; then our direction is closed, which clients read as its end.
    3. The connection is closed when the client closes it, or when PATIENCE is over.
    """

    close_when_flushed: bool
    will_close: bool

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.parser_class = partial(BoundedParser, refuse=self._refuse)
        #: When (monotonic) patience with a refused body ends; None while there is none.
        self._until: float | None = None
        self._answered = self._heard_all = False

    def readable(self) -> bool:
        """Whether something may be read."""
        if self._until is None:
            return bool(super().readable())
        return not (self.will_close or self._heard_all)

    def handle_read(self) -> None:
        """Take what comes, or throw it away."""
        if self._until is None:
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
        if self._until is None:
            super().handle_write()
            return
        self._flush_exception(self._flush_some_if_lockable)
        if self.close_when_flushed and not self.total_outbufs_len:
            self.close_when_flushed = False
            self._end_answer()
        if self.will_close:
            self.handle_close()

    def _refuse(self) -> None:
        self._until = time.monotonic() + PATIENCE

    def _end_answer(self) -> None:
        self._answered = True
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.will_close = True
        if self._heard_all:
            self.will_close = True
