"""Whoever is slow is closed by a deadline, and told why where a request was begun."""

from __future__ import annotations

import contextlib
import socket

import pytest

from tests.dashboard.service.door.conftest import (
    GET,
    LARGE,
    Serve,
    answer,
    ask,
    until_closed,
)

OK, LATE = b"HTTP/1.1 200 OK", b"HTTP/1.1 408 Request Timeout"
BODY = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"
CHUNKS = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("begun", "drip"),
    [
        (b"GET / HTTP/1.1\r\nHost: local", b""),
        (b"GET / HTTP/1.1\r\n", b"X-More: and more\r\n"),
        (b"\r\n", b"\r\n"),
        (BODY, b""),
        (BODY, b"x"),
        (CHUNKS, b"1\r\nx\r\n"),
    ],
    ids=["half a head", "lines of a head", "empty lines", "no body", "bytes", "chunks"],
)
def test_a_request_has_a_deadline_from_its_first_byte(
    serve: Serve, begun: bytes, drip: bytes
) -> None:
    with serve().connect() as slow:
        slow.sendall(begun)
        assert until_closed(slow, drip).startswith(LATE)


@pytest.mark.usefixtures("hasty")
def test_who_never_says_anything_is_closed(serve: Serve) -> None:
    with serve().connect() as silent:
        assert until_closed(silent) == b""


@pytest.mark.usefixtures("hasty")
def test_who_is_silent_after_an_answer_is_closed(serve: Serve) -> None:
    with serve().connect() as silent:
        silent.sendall(GET)
        heard = until_closed(silent)
        assert heard.count(b"HTTP/1.1 ") == 1


@pytest.mark.usefixtures("hasty")
def test_a_deadline_counts_from_the_request_not_from_the_connection(
    serve: Serve,
) -> None:
    with serve().connect() as patient:
        for _ in range(40):
            assert ask(patient).startswith(OK)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("reads", [0, 1])
def test_who_does_not_take_an_answer_is_closed(serve: Serve, reads: int) -> None:
    serving = serve()
    with serving.connect() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(GET.replace(b" /", b" /large", 1))
        assert answer(slow) == OK
        with contextlib.suppress(ConnectionError):
            while serving.door.connections:
                slow.recv(reads)
        assert len(until_closed(slow)) < len(LARGE)


@pytest.mark.usefixtures("hasty")
def test_a_body_and_an_answer_have_more_time_the_larger_they_are(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.service.door.bounds.SLOWEST", 10)
    with serve().connect() as slow:
        slow.sendall(BODY)
        with contextlib.suppress(TimeoutError):
            slow.settimeout(1.5)
            slow.recv(1)
            raise AssertionError("it was closed")
        slow.sendall(b"x" * 100)
        assert answer(slow) == OK


@pytest.mark.usefixtures("hasty")
def test_an_application_may_take_its_time(serve: Serve) -> None:
    with serve().connect() as patient:
        patient.sendall(GET.replace(b" /", b" /slow", 1))
        assert answer(patient) == OK


def test_what_is_sent_ahead_waits_until_the_answer_before_it_is_taken(
    serve: Serve,
) -> None:
    serving = serve()
    with serving.connect() as greedy, serving.connect() as other:
        greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        greedy.sendall(GET.replace(b" /", b" /large", 1) * 200)
        assert answer(greedy) == OK
        for _ in range(20):
            assert ask(other).startswith(OK)
        busiest = max(
            channel.total_outbufs_len  # type: ignore[attr-defined]
            for channel in serving.door.connections
        )
        assert busiest <= len(LARGE) + 1000


def test_requests_that_are_sent_ahead_are_all_answered_in_order(serve: Serve) -> None:
    sized = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
    sizes = range(1, 60)
    with serve().connect() as ahead:
        ahead.sendall(b"".join(sized % size + b"x" * size for size in sizes) + GET[:-2])
        ahead.sendall(b"Connection: close\r\n\r\n")
        answers = until_closed(ahead).split(b"HTTP/1.1 200 OK")
    assert [text.rpartition(b"\r\n")[2] for text in answers[1:]] == [
        b"%d" % size for size in (*sizes, 0)
    ]
