"""A body that is too large is answered 413, whatever sends it, and is kept nowhere."""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.installation import PATIENCE, Installation, web_alone

MEBIBYTE = 1024 * 1024
LARGE = 200 * MEBIBYTE
DETAIL = "A body may have 10485760 bytes; send several requests."
#: Whatever the answer takes; a body that was kept would be ten times that.
LITTLE = 20 * MEBIBYTE


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with web_alone(tmp_path_factory.mktemp("large")) as site:
        yield site


@pytest.fixture
def frugal(site: Installation) -> Iterator[Installation]:
    """The site, of which the test sees that it kept nothing in memory or on disk."""
    peak, written = _peak(site), _written(site)
    yield site
    assert _peak(site) - peak < LITTLE
    assert _written(site) - written < LITTLE


def _peak(site: Installation) -> int:
    """The most memory that the web process ever had, in bytes."""
    status = Path(f"/proc/{site.processes['web'].pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def _written(site: Installation) -> int:
    """Bytes that the web process ever wrote, into files or sockets."""
    told = Path(f"/proc/{site.processes['web'].pid}/io").read_text()
    return int(told.split("wchar:")[1].split()[0])


def pieces(total: int) -> Iterator[bytes]:
    piece = b"x" * MEBIBYTE
    for _ in range(total // MEBIBYTE):
        yield piece


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("total", [17 * MEBIBYTE, 70 * MEBIBYTE, LARGE])
def test_a_client_that_sends_everything_before_it_reads_gets_json(
    frugal: Installation, total: int, chunked: bool
) -> None:
    headers = {"Authorization": f"Bearer {frugal.token}"}
    if not chunked:
        headers["Content-Length"] = str(total)
    with contextlib.closing(frugal.connect(60.0)) as connection:
        connection.request(
            "POST", "/api/events", pieces(total), headers, encode_chunked=chunked
        )
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("Connection")) == (413, "close")
        assert json.loads(answer.read()) == {"detail": DETAIL}


def test_urllib_reads_the_answer(frugal: Installation) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{frugal.port}/api/fire", b"x" * LARGE, method="POST"
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=PATIENCE)
    with refused.value as answer:
        assert (answer.code, json.loads(answer.read())) == (413, {"detail": DETAIL})


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize(
    "options",
    [
        [],
        ["-H", "Expect:"],
        ["-H", "Transfer-Encoding: chunked"],
        ["-H", "Transfer-Encoding: chunked", "-H", "Expect:"],
        ["--http1.0", "-H", "Expect:"],
    ],
    ids=["expect", "at once", "chunked", "chunked at once", "HTTP/1.0"],
)
def test_curl_reads_the_answer(
    frugal: Installation, options: list[str], tmp_path: Path
) -> None:
    body = tmp_path / "body"
    with body.open("wb") as opened:
        opened.truncate(LARGE)
    address = f"http://127.0.0.1:{frugal.port}/api/events"
    command = ["curl", "-sS", "-w", "%{http_code}", "--data-binary", f"@{body}"]
    command += ["-H", f"Authorization: Bearer {frugal.token}"]
    done = subprocess.run(
        [*command, *options, address], capture_output=True, check=True
    )
    assert done.stdout.decode() == json.dumps({"detail": DETAIL}) + "413"


def raw(site: Installation, head: str, body: bytes = b"") -> bytes:
    """Send that, then listen until the server ends."""
    with socket.create_connection(
        ("127.0.0.1", site.port), timeout=PATIENCE
    ) as connection:
        connection.sendall(f"{head}\r\nHost: localhost\r\n".encode() + body)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("announced", [17 * MEBIBYTE, 2 * 1024**3, 10**30])
@pytest.mark.parametrize("expect", ["", "Expect: 100-continue\r\n"])
def test_a_body_that_is_only_announced_is_refused_at_once(
    frugal: Installation, announced: int, expect: str
) -> None:
    told = f"Content-Length: {announced}\r\n{expect}\r\n[".encode()
    answer = raw(frugal, "POST /api/events HTTP/1.1", told)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert DETAIL.encode() in answer


def test_a_page_is_a_page(frugal: Installation) -> None:
    told = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99999999\r\n\r\n"
    answer = raw(frugal, "POST /login/ HTTP/1.1", told + b"a=")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"This is too much in one request" in answer
    assert b"A request may have 10" in answer


def test_bodies_of_strangers_are_refused_by_their_head_and_kept_nowhere(
    frugal: Installation,
) -> None:
    size = 9 * MEBIBYTE
    told = f"Content-Length: {size}\r\nAuthorization: Bearer made-up\r\n\r\n".encode()
    for path in ("/api/events", "/login/"):
        for _ in range(10):
            answer = raw(frugal, f"POST {path} HTTP/1.1", told + b"x" * (size - 1))
            status = b"401" if path.startswith("/api/") else b"413"
            assert answer.split()[1] == status


def test_what_is_hidden_behind_a_refused_body_is_no_request(
    frugal: Installation,
) -> None:
    hidden = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    told = b"Content-Length: 99999999\r\n\r\n" + hidden
    answer = raw(frugal, "POST /api/events HTTP/1.1", told)
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_body_of_ten_mebibytes_is_taken_in_chunks_too(site: Installation) -> None:
    event = {"name": "failed", "type": "job", "job": {"id": 1, "x": ""}}
    room = 10 * MEBIBYTE - len(json.dumps(event))
    event["job"] = {"id": 1, "x": "x" * room}
    body = json.dumps(event).encode()
    headers = {"Authorization": f"Bearer {site.token}"}
    with contextlib.closing(site.connect(60.0)) as connection:
        small = (body[at : at + 512] for at in range(0, len(body), 512))
        connection.request("POST", "/api/events", small, headers, encode_chunked=True)
        assert connection.getresponse().status == http.client.ACCEPTED
