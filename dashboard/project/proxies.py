"""The client's address of a request, behind a proxy too.

`X-Forwarded-For` and `X-Forwarded-Proto` are written by the client, so they are used only when the
connection itself comes from an address in QUBECB_TRUSTED_PROXIES. The address of the client is
then the rightmost one of the list that is not a trusted proxy: what is left of it was sent by the
client and proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from qubecb.errors import ConfigurationError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class ProxyMiddleware:
    """Puts the client's own address and scheme into the request, first of all middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.trusted = networks(settings.TRUSTED_PROXIES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        peer = _address(request.META.get("REMOTE_ADDR", ""))
        if peer is not None and self._trusts(peer):
            client = self._client(request.META.get("HTTP_X_FORWARDED_FOR", ""))
            request.META["REMOTE_ADDR"] = str(client or peer)
            if _last(request.META.get("HTTP_X_FORWARDED_PROTO", "")) == "https":
                request.META["wsgi.url_scheme"] = "https"
        return self.get_response(request)

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self.trusted)

    def _client(self, forwarded: str) -> Address | None:
        """The rightmost address that is not a proxy of ours; None when none can be told."""
        for part in reversed(forwarded.split(",")):
            address = _address(part)
            if address is None or not self._trusts(address):
                return address
        return None


def networks(names: Sequence[str]) -> tuple[Network, ...]:
    """Read addresses and networks; raises ConfigurationError that names a wrong one."""
    try:
        return tuple(ip_network(name, strict=False) for name in names)
    except ValueError as error:
        raise ConfigurationError(
            f"QUBECB_TRUSTED_PROXIES must be addresses or networks such as 10.0.0.0/8: {error}"
        ) from None


def _address(text: str) -> Address | None:
    """One address; an IPv4 address that IPv6 carries is given as IPv4.

    Some proxies add the client's port, and brackets: `192.0.2.1:50001`, `[2001:db8::1]:443`.
    """
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _last(text: str) -> str:
    return text.rpartition(",")[2].strip().lower()
