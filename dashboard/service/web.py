"""The web process: waitress, on a socket that `up` has bound or on one of its own."""

from __future__ import annotations

import logging
import signal
import socket
from typing import Any

import waitress
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from dashboard.service import logs
from dashboard.service.channel import PatientChannel
from dashboard.service.parent import follow
from qubecb.errors import ConfigurationError

logger = logging.getLogger(__name__)

#: Requests that wait for a thread, and seconds after which a silent connection is closed.
BACKLOG, SILENCE = 1024, 60
#: Above what is taken (qubecb.project.body_size), by more than what chunks add to a body.
LARGEST_BODY = 16 * 1024 * 1024


def address_of(bind: str) -> tuple[str, int]:
    """Read `127.0.0.1:8000` or `[::1]:8000`; raises ConfigurationError."""
    host, colon, port = bind.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:
        raise ConfigurationError(f"{bind} is no address such as 127.0.0.1:8000")
    return host.strip("[]"), int(port)


def bound(bind: str) -> socket.socket:
    """Bind a listening socket; raises ConfigurationError that says why it cannot be had."""
    host, port = address_of(bind)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        why = (error.strerror or str(error)).partition(" (while")[0].lower()
        raise ConfigurationError(f"cannot listen on {bind}: {why}") from None


def web(descriptor: int | None = None, parent: int | None = None) -> None:
    """Be the web process until SIGTERM or SIGINT.

    Takes a listening socket's descriptor (else it binds QUBECB_BIND itself) and the process
    id of `up`, with which this ends.
    """
    follow(parent)
    logs.begin("web")
    listening = (
        bound(settings.ENVIRONMENT.get("QUBECB_BIND"))
        if descriptor is None
        else socket.socket(fileno=descriptor)
    )
    server: Any = waitress.create_server(
        WSGIHandler(),
        sockets=[listening],
        threads=settings.ENVIRONMENT.get("QUBECB_WEB_THREADS"),
        ident="",
        backlog=BACKLOG,
        channel_timeout=SILENCE,
        max_request_body_size=LARGEST_BODY,
        # Whom to believe about them is settled by qubecb.project.proxies.
        clear_untrusted_proxy_headers=False,
        asyncore_use_poll=True,
    )
    server.channel_class = PatientChannel
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    logger.info("listening on %s", listening.getsockname())
    server.run()
    logger.info("web ends")


def _end(*_: object) -> None:
    raise SystemExit(0)
