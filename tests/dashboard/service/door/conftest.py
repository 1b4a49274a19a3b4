"""A door with a small application behind it, and clients that behave badly."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from dashboard.project.body_size import STRANGE
from dashboard.project.proxies import networks
from dashboard.service.door import bounds
from dashboard.service.door.bounds import Bounds
from dashboard.service.door.server import Door

#: Seconds after which a condition will not come true any more.
PATIENCE = 120.0
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LARGE = b"x" * (4 * 1024 * 1024)


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Say how much of the body there is, and whether it was taken.

    `/large` says much, `/slow` says it late, and `/pieces` in two, without the length.
    """
    body = b"%d" % len(environ["wsgi.input"].read())
    if environ["PATH_INFO"] == "/pieces":
        start_response("200 OK", [])
        return [body, body]
    if environ["PATH_INFO"] == "/large":
        body = LARGE
    if environ["PATH_INFO"] == "/slow":
        threading.Event().wait(1.5)
    status = "401 Unauthorized" if environ.get(STRANGE) else "200 OK"
    start_response(status, [("Content-Length", str(len(body)))])
    return [body]


def is_known(head: Mapping[str, str]) -> bool:
    """Those who say so."""
    return head.get("AUTHORIZATION") == "Bearer known"


class Serving:
    """A door that serves in a thread of its own."""

    def __init__(self, bounds: Bounds, proxies: tuple[str, ...]) -> None:
        listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = listening.getsockname()[1]
        self.door = Door(
            application,
            listening,
            threads=4,
            knows=is_known,
            bounds=bounds,
            proxies=networks(proxies),
        )
        self._ends = False
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def connect(self, origin: str = "127.0.0.1") -> socket.socket:
        """A connection from an address of this machine."""
        return socket.create_connection(
            ("127.0.0.1", self.port), timeout=PATIENCE, source_address=(origin, 0)
        )

    def close(self) -> None:
        """Serve no more."""
        with contextlib.suppress(OSError):  # another pull of it was enough
            self.door.trigger.pull_trigger(self._end)
        self._thread.join()
        self.door.task_dispatcher.shutdown()

    def _end(self) -> None:
        self._ends = True

    def _serve(self) -> None:
        while not self._ends:
            self.door.turn()
        for channel in [*self.door.connections]:
            channel.handle_close()
        self.door.trigger.close()
        self.door.close()


Serve = Callable[..., Serving]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a door; takes its bounds and its trusted proxies."""
    with contextlib.ExitStack() as stack:

        def start(most: int = 100, of_one: int = 100, *proxies: str) -> Serving:
            serving = Serving(Bounds(most, of_one), proxies)
            stack.callback(serving.close)
            return serving

        yield start


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every deadline is half a second."""
    for name in ("HEAD", "SILENCE", "PATIENCE", "REFUSED"):
        monkeypatch.setattr(bounds, name, 0.5)
    monkeypatch.setattr(bounds, "SLOWEST", 10**9)
    monkeypatch.setattr("dashboard.service.door.server.LOOK", 0.1)


def until_closed(connection: socket.socket, drip: bytes = b"") -> bytes:
    """Read until the other side closes, sending a little now and then; give what came."""
    heard, deadline = b"", time.monotonic() + PATIENCE
    connection.settimeout(0.05)
    while time.monotonic() < deadline:
        try:
            more = connection.recv(65536)
            if not more:
                return heard
            heard += more
        except TimeoutError:
            with contextlib.suppress(OSError):
                connection.sendall(drip)
        except ConnectionError:
            return heard
    raise TimeoutError("the connection is still open")


def ask(connection: socket.socket) -> bytes:
    """Send a request that is answered with a body of one byte; give the whole answer."""
    connection.sendall(GET)
    heard = b""
    while not heard.endswith(b"\r\n\r\n0"):
        more = connection.recv(65536)
        if not more:
            break
        heard += more
    return heard


def answer(connection: socket.socket) -> bytes:
    """The first bytes of an answer."""
    return connection.recv(15)
