"""The web process: waitress behind our door, on a socket that `up` has bound or on one of its own."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from dashboard.project.hosts import add_full_name, own_names
from dashboard.project.proxies import networks
from dashboard.service import logs, modes
from dashboard.service.door.bounds import FILES, MOST, Bounds, bounds, raise_files
from dashboard.service.door.server import BACKLOG, Door
from dashboard.service.door.strangers import is_known
from dashboard.service.loops import Loop
from dashboard.service.parent import follow
from dashboard.service.signs import answers, give
from dashboard.store.processes.spans import Span, process_name
from qubecb.collecting import keep_what_is_loaded
from qubecb.digits import whole_number
from qubecb.errors import ConfigurationError, StoreError

logger = logging.getLogger(__name__)

#: Seconds between notes that this process lives, and how long the last one may take.
SIGN, LAST = 4.0, 0.5


def address_of(bind: str) -> tuple[str, int]:
    """Read `127.0.0.1:8000` or `[::1]:8000`; raises ConfigurationError."""
    host, colon, port = bind.rpartition(":")
    number = whole_number(port, most=65535)
    if not colon or not host or number is None:
        raise ConfigurationError(
            f"QUBECB_BIND or --bind: {bind} is not an address such as 127.0.0.1:8000"
        )
    return host.strip("[]"), number


def bound(bind: str) -> socket.socket:
    """Bind a listening socket; raises ConfigurationError that says why it cannot be had."""
    host, port = address_of(bind)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()
    try:
        return socket.create_server(
            (host, port), family=family, backlog=BACKLOG, dualstack_ipv6=both
        )
    except (OSError, UnicodeError) as error:
        said = getattr(error, "strerror", None) or str(error)
        why = said.partition(" (while")[0].lower()
        raise ConfigurationError(f"cannot listen on {bind}: {why}") from None


def web(
    descriptor: int | None = None, parent: int | None = None, signs: int | None = None
) -> None:
    """Be the web process until SIGTERM or SIGINT.

    Takes a listening socket's descriptor (else it binds QUBECB_BIND itself), the process id
    of `up`, with which this ends, and where `up` hears signs of life.
    """
    follow(parent)
    logs.begin("web", first=parent is None)
    if parent is None:  # `up` has done so
        settings.ENVIRONMENT.check()
    modes.close(settings.DATA)
    bind = settings.ENVIRONMENT.get("QUBECB_BIND")
    listening = bound(bind) if descriptor is None else socket.socket(fileno=descriptor)
    give(signs, lambda: answers(listening.getsockname()))
    settings.ALLOWED_HOSTS += own_names(listening, address_of(bind)[0])
    add_full_name(settings.ALLOWED_HOSTS)
    server = Door(
        WSGIHandler(),
        listening,
        threads=settings.ENVIRONMENT.get("QUBECB_WEB_THREADS"),
        knows=is_known,
        bounds=_room(),
        proxies=networks(settings.TRUSTED_PROXIES),
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    keep_what_is_loaded()
    logger.info("listening on %s", listening.getsockname())
    with _noted():
        server.run()
    logger.info("web ends")


@contextmanager
def _noted() -> Iterator[None]:
    """Record signs of life of this process, in a thread that does nothing else."""
    span, ending = Span(process_name(), "web"), threading.Event()

    def sign() -> None:
        span.sign()
        ending.wait(SIGN)

    house = Loop("house", sign)
    house.start()
    try:
        yield
    finally:
        house.stop()
        ending.set()
        house.join(LAST)
        with suppress(StoreError):
            span.end(LAST)


def _room() -> Bounds:
    """How many connections are accepted; logs a limit of open files that is too low."""
    files = raise_files()
    room = bounds(files)
    if room.most < MOST:
        logger.warning(
            "the limit of open files is %s, so %s may be connected at a time instead of %s;"
            " raise the limit to %s (LimitNOFILE= of systemd, ulimit -n)",
            *(files, room.most, MOST, MOST * FILES),
        )
    return room


def _end(*_: object) -> None:
    raise SystemExit(0)
