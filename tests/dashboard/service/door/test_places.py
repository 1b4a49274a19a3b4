"""When all places are taken the idlest makes room, never the newcomer."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator

import pytest

from dashboard.project.proxies import networks
from dashboard.service.door import bounds
from dashboard.service.door.bounds import MOST, Bounds
from dashboard.service.door.connections import Connections
from tests.dashboard.service.door.conftest import GET, Serve, Serving, ask, until_closed

OK = b"HTTP/1.1 200 OK"


class Guest:
    """Somebody who is connected."""

    def __init__(self, *, is_busy: bool = False) -> None:
        self.is_busy = is_busy


def test_the_idlest_is_who_was_answered_longest_ago() -> None:
    connections = Connections(Bounds(3, 3))
    first, second, third = Guest(), Guest(), Guest()
    for place, guest in enumerate((first, second, third)):
        connections.add(guest, f"192.0.2.{place}")
    connections.answered(first)
    assert connections.in_the_way("192.0.2.9") is second


def test_nobody_goes_while_there_is_room() -> None:
    connections = Connections(Bounds(2, 2))
    connections.add(Guest(), "192.0.2.1")
    assert connections.in_the_way("192.0.2.1") is None


def test_nobody_goes_for_whom_the_application_is_at_work() -> None:
    connections = Connections(Bounds(2, 2))
    idle = Guest()
    connections.add(Guest(is_busy=True), "192.0.2.1")
    connections.add(idle, "192.0.2.2")
    assert connections.in_the_way("192.0.2.3") is idle


def test_an_address_at_its_bound_loses_its_own() -> None:
    connections = Connections(Bounds(10, 2))
    other, own = Guest(), Guest()
    connections.add(other, "192.0.2.1")
    connections.add(own, "192.0.2.2")
    connections.add(Guest(), "192.0.2.2")
    assert connections.in_the_way("192.0.2.2") is own
    assert connections.in_the_way("192.0.2.1") is None


def test_a_trusted_proxy_has_no_bound_of_its_own() -> None:
    connections = Connections(Bounds(10, 1), networks(["10.0.0.0/8"]))
    connections.add(Guest(), "10.0.0.1")
    assert connections.in_the_way("10.0.0.1") is None


def test_all_addresses_of_one_network_of_ipv6_count_as_one() -> None:
    connections = Connections(Bounds(10, 1))
    own = Guest()
    connections.add(own, "2001:db8::1")
    assert connections.in_the_way("2001:db8::2") is own
    assert connections.in_the_way("2001:db8:0:1::2") is None


def test_who_left_is_forgotten() -> None:
    connections = Connections(Bounds(10, 1))
    guest = Guest()
    connections.add(guest, "192.0.2.1")
    connections.remove(guest)
    connections.remove(guest)
    assert not list(connections)
    assert connections.in_the_way("192.0.2.1") is None


def test_with_few_files_fewer_may_be_connected() -> None:
    assert bounds.bounds(1024).most == 512
    assert bounds.bounds(1_000_000) == Bounds(MOST, MOST // 4)


@contextlib.contextmanager
def guests(serving: Serving, count: int, begun: bytes) -> Iterator[list[object]]:
    """So many that are connected, each from an address of its own, and have begun something."""
    with contextlib.ExitStack() as stack:
        made = []
        for number in range(count):
            guest = stack.enter_context(serving.connect(f"127.0.1.{number + 1}"))
            if begun == GET:
                assert ask(guest).startswith(OK)
            else:
                guest.sendall(begun)
            made.append(guest)
        yield list(made)


@pytest.mark.parametrize("begun", [b"", GET, GET[:-2]], ids=["silent", "idle", "half"])
def test_a_newcomer_is_served_however_many_are_idle(serve: Serve, begun: bytes) -> None:
    serving = serve(20, 5)
    with guests(serving, 100, begun):
        for _ in range(50):
            with serving.connect() as newcomer:
                assert ask(newcomer).startswith(OK)
        assert len(serving.door.connections) <= 20


def test_who_works_is_not_closed_for_who_is_idle(serve: Serve) -> None:
    serving = serve(20, 5)
    with serving.connect() as worker, contextlib.ExitStack() as stack:
        for number in range(100):
            guest = stack.enter_context(serving.connect(f"127.0.1.{number + 1}"))
            assert ask(guest).startswith(OK)
            assert ask(worker).startswith(OK)


def test_a_request_costs_the_same_however_many_are_idle(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = serve(400, 400)
    looks: list[object] = []
    look = serving.door._watching.look

    def counted(one: object) -> None:
        looks.append(one)
        look(one)

    monkeypatch.setattr(serving.door._watching, "look", counted)
    counts = []
    for idle in (1, 200):
        with guests(serving, idle, GET), serving.connect() as worker:
            looks.clear()
            for _ in range(20):
                assert ask(worker).startswith(OK)
            counts.append(len(looks))
    assert counts[1] < counts[0] + 4000  # asking all of them each turn makes it 8000


def test_a_ping_is_answered_by_the_door_itself(serve: Serve) -> None:
    with serve().connect() as asking:
        asking.sendall(b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert until_closed(asking).startswith(b"HTTP/1.1 204 ")


def test_who_speaks_tls_hears_at_once_that_this_is_not_it(serve: Serve) -> None:
    context = ssl.create_default_context()
    with serve().connect() as plain, pytest.raises(ssl.SSLError, match="WRONG_VERSION"):
        context.wrap_socket(plain, server_hostname="localhost")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01", b"400"),
        (b"hello\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000, b"431"),
        (b"GET /" + b"A" * 200_000 + b" HTTP/1.1\r\n\r\n", b"431"),
        (b"GET http://[bad/ HTTP/1.1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"x" * 9000,
            b"400",
        ),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: "
            + b"x" * 9000,
            b"400",
        ),
    ],
)
def test_what_cannot_become_a_request_is_refused_at_once(
    serve: Serve, sent: bytes, status: bytes
) -> None:
    with serve().connect() as odd:
        odd.sendall(sent)
        odd.shutdown(1)
        assert until_closed(odd).split()[1] == status
