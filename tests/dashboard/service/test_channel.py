"""Patience with a body that was refused ends, and others are served meanwhile."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import waitress

from dashboard.service import channel

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Say how much of the body there is."""
    body = b"%d" % len(environ["wsgi.input"].read())
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A waitress with patient channels, whose patience is short."""
    monkeypatch.setattr(channel, "PATIENCE", 0.5)
    listening = socket.create_server(("127.0.0.1", 0))
    number: int = listening.getsockname()[1]
    server: Any = waitress.create_server(
        application,
        sockets=[listening],
        max_request_body_size=1000,
        asyncore_loop_timeout=0.1,
        asyncore_use_poll=True,
    )
    server.channel_class = channel.PatientChannel
    thread = threading.Thread(target=server.run)
    thread.start()
    yield number
    for connection in [*server.active_channels.values()]:
        connection.will_close = True
    server.close()
    thread.join()
    server.task_dispatcher.shutdown()


def is_closed(connection: socket.socket) -> bool:
    try:
        connection.sendall(b"x" * 4096)
    except ConnectionError:
        return True
    return False


def test_who_goes_on_for_ever_is_closed_in_the_end(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as endless:
        endless.sendall(HEAD)
        assert endless.recv(15) == b"HTTP/1.1 200 OK"
        deadline = time.monotonic() + 20
        while not is_closed(endless):
            assert time.monotonic() < deadline


def test_others_are_served_meanwhile(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as large:
        large.sendall(HEAD)
        assert large.recv(15) == b"HTTP/1.1 200 OK"
        address = f"http://127.0.0.1:{port}/"
        with urllib.request.urlopen(address, b"x" * 999, timeout=20) as answer:
            assert answer.read() == b"999"
        large.sendall(b"x" * 4096)


def test_who_has_said_all_it_will_is_answered_all_the_same(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as half:
        half.sendall(HEAD)
        half.shutdown(socket.SHUT_WR)
        heard = b"".join(iter(lambda: half.recv(65536), b""))
    assert heard.endswith(b"\r\n\r\n0")


def test_who_hangs_up_at_once_leaves_nothing_behind(port: int) -> None:
    with contextlib.closing(socket.create_connection(("127.0.0.1", port))) as rude:
        rude.sendall(HEAD + b"x" * 100_000)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
        assert answer.read() == b"0"
