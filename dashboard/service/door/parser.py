"""One request as it comes in. What cannot become one is refused as soon as that is known."""

from __future__ import annotations

from typing import Any, Protocol

from waitress.parser import HTTPRequestParser
from waitress.utilities import BadRequest, RequestEntityTooLarge

from dashboard.service.door.bounds import LARGEST_LINE, LARGEST_OF_STRANGERS

_NOT_HTTP = (
    "This is not HTTP. This port speaks it without TLS: use http://, not https://."
)
_SMALL = "The method of a request is written in capital letters, such as GET."
_LINE = f"A line between the chunks of a body has more than {LARGEST_LINE} bytes"
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Hearer(Protocol):
    """Learns what kind of request it is."""

    def is_whole(self, rest: bytes) -> None:
        """It is complete; `rest` was sent ahead, for the next one."""

    def is_refused(self) -> None:
        """It will be answered without what still comes."""

    def is_large(self, request: Request) -> None:
        """Its body is larger than what is taken from just anybody."""

    def is_ping(self) -> None:
        """It asks for nothing but an answer."""


class Request(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Reads one request. One with too large a body goes to the application without it.

    The application sees its length and answers 413, in the form that the address has.
    """

    error: Any
    #: waitress reads it of each request, also of one that has none.
    path = ""

    def __init__(self, adjustments: Any, hearer: Hearer) -> None:
        super().__init__(adjustments)
        self._hearer = hearer
        self._is_weighed = False
        self._began = False
        #: Set when its body was refused because nobody knows who sends it.
        self.is_strange = False

    @property
    def size(self) -> int:
        """How large its body is, as far as is known."""
        return max(int(self.content_length), int(self.body_bytes_received))

    def received(self, data: bytes) -> int:
        """Take the next bytes; give how many of them are done with: all, as a rule."""
        consumed = self._take(data)
        if self.error is not None:
            self._fail()
        elif self.completed and not self.empty:
            self._finish(data[consumed:])
        elif not self.completed:
            self._weigh()
            return consumed
        else:
            return consumed
        return len(data)

    def refuse(self) -> None:
        """Give it to the application without its body, which is not taken from a stranger."""
        self.is_strange = True
        self._go_without_body()

    def _take(self, data: bytes) -> int:
        first = data.lstrip(b"\r\n")[:1]
        if not self._began and first:
            self._began = True
            if first not in _LETTERS:
                return self._spoil(data, _SMALL if first.isalpha() else _NOT_HTTP)
        try:
            consumed: int = super().received(data)
        except ValueError:  # an address or a length that Python refuses to read
            return self._spoil(data, "The head of the request is malformed")
        received = self.body_rcv
        pending = (
            getattr(received, "control_line", b""),
            getattr(received, "trailer", b""),
        )
        if max(map(len, pending)) > LARGEST_LINE:
            return self._spoil(data, _LINE)
        return consumed

    def _spoil(self, data: bytes, why: str) -> int:
        self.error = BadRequest(why)
        self.completed = True
        return len(data)

    def _fail(self) -> None:
        if isinstance(self.error, RequestEntityTooLarge):
            self.error = None
            if self.chunked:
                self.headers["CONTENT_LENGTH"] = str(self.adj.max_request_body_size)
            self._go_without_body()
        self._hearer.is_refused()

    def _finish(self, rest: bytes) -> None:
        if self.command == "OPTIONS" and self.request_uri == "*":
            self.empty = True  # waitress forgets it
            self._hearer.is_ping()
        else:
            self._hearer.is_whole(rest)

    def _weigh(self) -> None:
        if not self._is_weighed and self.size > LARGEST_OF_STRANGERS:
            self._is_weighed = True
            self._hearer.is_large(self)

    def _go_without_body(self) -> None:
        self.expect_continue = False
        self.completed = True
        self.close()
        self.body_rcv = None
        self.headers["CONNECTION"] = "close"
