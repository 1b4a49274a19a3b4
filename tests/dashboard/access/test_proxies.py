"""Which address counts as the client's."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from dashboard.project.proxies import ProxyMiddleware, networks
from qubecb.errors import ConfigurationError


def seen(peer: str, trusted: list[str], **headers: str) -> HttpRequest:
    """Send a request through the middleware and give it as a view sees it."""
    request = RequestFactory().get("/")
    request.META.update(headers, REMOTE_ADDR=peer)
    middleware = ProxyMiddleware(lambda _: HttpResponse())
    middleware.trusted = networks(trusted)
    middleware(request)
    return request


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.7", "203.0.113.9"),
        ("10.0.0.1", "10.0.0.9", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "2001:db8::5", "2001:db8::5"),
        ("10.0.0.1", "203.0.113.66:50001", "203.0.113.66"),
        ("10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
        ("10.0.0.1", "[2001:db8::1]", "2001:db8::1"),
        ("10.0.0.1", "1.1.1.1:1, 203.0.113.66:50001, 10.0.0.7:443", "203.0.113.66"),
        ("10.0.0.1", '"[2001:db8::1]:443"', "2001:db8::1"),
        ("", "203.0.113.9", ""),
    ],
)
def test_only_a_trusted_proxy_says_who_the_client_is(
    peer: str, forwarded: str, client: str
) -> None:
    request = seen(peer, ["10.0.0.0/8"], HTTP_X_FORWARDED_FOR=forwarded)
    assert request.META["REMOTE_ADDR"] == client


def test_a_trusted_proxy_says_that_the_client_used_https() -> None:
    assert seen("10.0.0.1", ["10.0.0.1"], HTTP_X_FORWARDED_PROTO="https").is_secure()


def test_a_stranger_cannot_claim_https() -> None:
    assert not seen(
        "10.0.0.2", ["10.0.0.1"], HTTP_X_FORWARDED_PROTO="https"
    ).is_secure()


def test_a_proxy_that_is_no_address_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"proxy\.example"):
        networks(["proxy.example"])
