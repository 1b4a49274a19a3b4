"""Wherever the service listens, it answers under the addresses and names of the machine."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard.management.commands.up import _bind
from tests.end_to_end.installation import PATIENCE, Installation, free_port, wait_until

Listening = Callable[[str], Installation]


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Listening]:
    """Start a web process that listens there, and nothing behind it."""
    site = Installation(tmp_path, {}, {}, port=free_port())

    def start(host: str) -> Installation:
        site.settings = {"QUBECB_BIND": f"{host}:{site.port}"}
        site.prepare()
        site.start("web")
        log = site.data / "log" / "web.log"
        wait_until(
            lambda: log.exists() and "listening on" in log.read_text(), "it listens"
        )
        return site

    yield start
    site.close()


def ask(site: Installation, address: str, name: str) -> int:
    """Ask for a page at an address under a name; give the status."""
    connection = http.client.HTTPConnection(address, site.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/login/", headers={"Host": f"{name}:{site.port}"})
        return connection.getresponse().status
    finally:
        connection.close()


def test_an_address_that_is_bound_is_one_to_ask_for(listening: Listening) -> None:
    site = listening("127.0.0.5")
    assert ask(site, "127.0.0.5", "127.0.0.5") == 200
    assert ask(site, "127.0.0.5", socket.gethostname()) == 200
    assert ask(site, "127.0.0.5", "elsewhere.example") == 400


def test_bound_to_all_it_answers_under_every_address_and_name(
    listening: Listening,
) -> None:
    site = listening("0.0.0.0")  # noqa: S104
    for address in ("127.0.0.1", "127.0.0.9"):
        assert ask(site, address, address) == 200
    assert ask(site, "127.0.0.1", "localhost") == 200
    assert ask(site, "127.0.0.1", socket.gethostname()) == 200
    assert ask(site, "127.0.0.1", "elsewhere.example") == 400


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="needs IPv6")
def test_bound_to_all_of_ipv6_it_answers_to_ipv4_too(listening: Listening) -> None:
    site = listening("[::]")
    assert ask(site, "::1", "[::1]") == 200
    assert ask(site, "127.0.0.9", "127.0.0.9") == 200


@pytest.mark.parametrize(
    ("bind", "port", "wanted"),
    [
        ("192.0.2.2", None, "192.0.2.2:8000"),
        ("192.0.2.2:80", None, "192.0.2.2:80"),
        ("192.0.2.2", 81, "192.0.2.2:81"),
        ("farm", None, "farm:8000"),
        ("::", None, "[::]:8000"),
        ("[::]", None, "[::]:8000"),
        ("::1", 81, "[::1]:81"),
        ("2001:db8::5", None, "[2001:db8::5]:8000"),
        ("[2001:db8::5]:80", None, "[2001:db8::5]:80"),
        (None, None, "127.0.0.1:8000"),
    ],
)
def test_an_address_is_told_from_its_port(
    bind: str | None, port: int | None, wanted: str
) -> None:
    assert _bind(bind, port) == wanted
