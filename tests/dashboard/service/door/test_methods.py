"""HEAD is answered like GET without its body, and what is no method is refused by its name."""

from __future__ import annotations

import http.client

import pytest

from tests.dashboard.service.door.conftest import LARGE, PATIENCE, Serve


@pytest.mark.parametrize(("path", "size"), [("/large", len(LARGE)), ("/", 1)])
def test_head_tells_the_length_and_sends_no_body(
    serve: Serve, path: str, size: int
) -> None:
    client = http.client.HTTPConnection("127.0.0.1", serve().port, timeout=PATIENCE)
    for method in ("HEAD", "GET", "HEAD", "GET"):
        client.request(method, path)
        with client.getresponse() as answer:
            assert answer.getheader("Content-Length") == str(size)
            assert len(answer.read()) == (size if method == "GET" else 0)
    client.close()


def test_head_of_an_unknown_length_sends_no_body(serve: Serve) -> None:
    with serve().connect() as client:
        client.sendall(b"HEAD /pieces HTTP/1.1\r\nHost: localhost\r\n\r\n")
        heard = b""
        while more := client.recv(4096):
            heard += more
    assert heard.endswith(b"\r\n\r\n")
    assert heard.count(b"\r\n\r\n") == 1


@pytest.mark.parametrize(
    ("sent", "told"),
    [(b"get / HTTP/1.1\r\n", b"in capital letters"), (b"\x16\x03\x01", b"without TLS")],
)
def test_what_is_no_method_is_said(serve: Serve, sent: bytes, told: bytes) -> None:
    with serve().connect() as client:
        client.sendall(sent)
        heard = b""
        while more := client.recv(4096):
            heard += more
    assert told in heard
