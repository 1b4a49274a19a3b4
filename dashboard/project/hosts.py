"""Host names under which the service answers: its own, and QUBECB_ALLOWED_HOSTS.

A name that is not ours is refused, for it may be one of another site that leads here, in whose
name that site's pages could then read ours. The refusal says so, with the setting.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, JsonResponse
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.shortcuts import render

logger = logging.getLogger(__name__)

#: Set in a request's environment: the address of this machine that the client is connected to.
CONNECTED_TO = "qubecb.connected_to"
#: Addresses for monitoring, answered under any host name; they contain nothing for browsers.
_FOR_ANYBODY = ("/healthz", "/metrics")
_FOR_PROGRAMS = "/api/"
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 (read, not bound)
#: Names that are kept at most: a machine may have thousands of addresses that lead to itself.
_MOST = 1000


class HostMiddleware:
    """Answers 400 to a name that is not ours, and says which setting would allow it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in _FOR_ANYBODY:
            request.META["HTTP_HOST"] = "localhost"
        _allow_own_address(request)
        try:
            request.get_host()
        except DisallowedHost:
            return _refuse(request)
        return self.get_response(request)


def own_names(listening: socket.socket, bind: str) -> list[str]:
    """Give the names and the address under which a listening socket is reached.

    Takes the host that was asked for, too, which may be a name.
    """
    name = socket.gethostname()
    address = listening.getsockname()[0]
    found = [name, f"{name.partition('.')[0]}.local", literal(bind)]
    return found if address in _EVERYWHERE else [*found, literal(address)]


def add_full_name(names: list[str]) -> None:
    """Add this machine's full name once it is known: a name server may be slow to tell it."""
    threading.Thread(
        target=lambda: names.append(socket.getfqdn()), name="full name", daemon=True
    ).start()


def unmapped(address: str) -> str:
    """An IPv4 address that IPv6 carries, as what it is."""
    return address.removeprefix("::ffff:")


def literal(address: str) -> str:
    """An address, or a name, as it stands in the address of a page."""
    return f"[{address}]" if ":" in address else address


def _allow_own_address(request: HttpRequest) -> None:
    """Allow the address of this machine that the client is connected to."""
    address = request.META.get(CONNECTED_TO)
    if not address:
        return
    own = literal(unmapped(address))
    if _name_of(request) != own or own in settings.ALLOWED_HOSTS:
        return
    if len(settings.ALLOWED_HOSTS) < _MOST:
        settings.ALLOWED_HOSTS.append(own)


def _name_of(request: HttpRequest) -> str:
    """The name that was asked for, without the port; empty when it cannot be a name."""
    return split_domain_port(request.META.get("HTTP_HOST", ""))[0]


def _refuse(request: HttpRequest) -> HttpResponseBase:
    status = HTTPStatus.BAD_REQUEST
    lines = _why(request)
    logger.warning("a request is refused: %s %s", *lines)
    if request.path_info.startswith(_FOR_PROGRAMS):
        return JsonResponse({"detail": " ".join(lines)}, status=status)
    return render(request, "host.html", {"lines": lines}, status=status)


def _why(request: HttpRequest) -> tuple[str, str]:
    asked = request.META.get("HTTP_HOST", "")[:200]
    name = _name_of(request)[:200]
    if name:
        return (
            f"The name {name} is not allowed.",
            "If it leads here, add it to QUBECB_ALLOWED_HOSTS.",
        )
    if asked:
        return (
            f"{asked} is not a valid host name, so no setting can allow it.",
            "A name has letters, digits, hyphens and dots; use another one, or the address.",
        )
    return (
        "The request names no host.",
        "HTTP asks for the header Host since version 1.1.",
    )
