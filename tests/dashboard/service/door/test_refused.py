"""Patience with a body that was refused ends, and others are served meanwhile."""

from __future__ import annotations

import contextlib
import socket
import struct
import time
import urllib.request

import pytest

from dashboard.service.door import bounds
from tests.dashboard.service.door.conftest import PATIENCE, Serve

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"


@pytest.fixture
def port(serve: Serve) -> int:
    """A door."""
    return serve().port


def is_closed(connection: socket.socket) -> bool:
    try:
        connection.sendall(b"x" * 4096)
    except ConnectionError:
        return True
    return False


def test_who_goes_on_for_ever_is_closed_in_the_end(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "REFUSED", 0.5)
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as endless:
        endless.sendall(HEAD)
        assert endless.recv(15) == b"HTTP/1.1 200 OK"
        deadline = time.monotonic() + PATIENCE
        while not is_closed(endless):
            assert time.monotonic() < deadline


def test_others_are_served_meanwhile(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as large:
        large.sendall(HEAD)
        assert large.recv(15) == b"HTTP/1.1 200 OK"
        address = f"http://127.0.0.1:{port}/"
        with urllib.request.urlopen(address, b"x" * 999, timeout=PATIENCE) as answer:
            assert answer.read() == b"999"
        large.sendall(b"x" * 4096)


def test_who_has_said_all_it_will_is_answered_all_the_same(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as half:
        half.sendall(HEAD)
        half.shutdown(socket.SHUT_WR)
        heard = b"".join(iter(lambda: half.recv(65536), b""))
    assert heard.endswith(b"\r\n\r\n0")


def test_who_hangs_up_at_once_leaves_nothing_behind(port: int) -> None:
    with contextlib.closing(socket.create_connection(("127.0.0.1", port))) as rude:
        rude.sendall(HEAD + b"x" * 100_000)
    with urllib.request.urlopen(
        f"http://127.0.0.1:{port}/", timeout=PATIENCE
    ) as answer:
        assert answer.read() == b"0"


def test_who_resets_the_connection_is_no_error(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(50):
        rude = socket.create_connection(("127.0.0.1", port))
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        rude.sendall(HEAD + b"x" * 1000)
        rude.close()
    with urllib.request.urlopen(
        f"http://127.0.0.1:{port}/", timeout=PATIENCE
    ) as answer:
        assert answer.read() == b"0"
    assert "exception" not in caplog.text
