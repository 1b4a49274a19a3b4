"""`up`: prepares everything, starts the web and the work process and watches them.

1. Take the lock on the data directory: a second `up` is refused.
2. Bind the socket, so that a port in use is told at once and a restart of the web process
   loses no connection.
3. Make what is missing (first_start), and say where everything is.
4. Start the children; start again what dies, and what gives no sign of life (signs).
5. At SIGTERM or SIGINT end them: runs get three seconds, everything five.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator

from django.conf import settings

from dashboard.project.hosts import literal
from dashboard.service import first_start, logs, modes
from dashboard.service.children import Service
from dashboard.service.locks import DataLock
from dashboard.service.running import check_programs
from dashboard.service.web import address_of, bound
from qubecb.errors import ConfigurationError

logger = logging.getLogger(__name__)

#: Seconds that runs may continue at the end, and until everything has ended.
GRACE, DEADLINE = 3.0, 4.6
#: Seconds between checks of the children.
LOOK = 0.05
#: Seconds until the web process of a killed `up` releases the port.
PATIENCE = 2.0


def up(bind: str, say: first_start.Say) -> None:
    """Run qubecb until SIGTERM or Ctrl-C.

    Takes the address to listen on and what shows a line to the person. Raises Taken when it
    already runs on the data directory, ConfigurationError when it cannot listen or write.
    """
    check_settings()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    first_start.check_writable(settings.DATA)
    with _only_one(), _listening(bind) as listening:
        logs.begin("up", first=True)
        # the children and the settings page get the address where it really listens
        os.environ["QUBECB_BIND"] = _bound_to(bind, listening)
        password = first_start.prepare()
        modes.close(settings.DATA)
        first_start.introduce(_address(bind, listening), password, say)
        services = [
            Service("web", ["--socket", str(listening.fileno())], [listening.fileno()]),
            Service("work", ["--grace", str(GRACE)], loss="; the runs it had are lost"),
        ]
        try:
            while not stopping.wait(LOOK):
                for service in services:
                    service.look()
        finally:
            _end(services)


def check_settings() -> None:
    """Read every setting once; raises ConfigurationError for the first that is wrong.

    What only `work` needs is tried here too, or `work` would fail and be restarted for ever.
    """
    settings.ENVIRONMENT.check()
    check_programs()


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Hold the data directory; a `work` that was started by hand blocks it too."""
    lock, work = DataLock(settings.DATA, "up"), DataLock(settings.DATA, "work")
    lock.take()
    try:
        work.take(PATIENCE)
        work.free()
        yield
    finally:
        lock.free()


def _listening(bind: str) -> socket.socket:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return bound(bind)
        except ConfigurationError:
            if time.monotonic() > deadline:
                raise
            time.sleep(LOOK)  # until who had the address before has ended


def _bound_to(bind: str, listening: socket.socket) -> str:
    """Address and port as a setting has them."""
    host, _ = address_of(bind)
    return f"{literal(host)}:{listening.getsockname()[1]}"


def _address(bind: str, listening: socket.socket) -> str:
    """The address for a browser; port 0 became a real one, 0.0.0.0 means here too."""
    host, _ = address_of(bind)
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (read, not bound)
    port = listening.getsockname()[1]
    return f"http://{literal(shown)}:{port}/"


def _end(services: list[Service]) -> None:
    deadline = time.monotonic() + DEADLINE
    for service in services:
        service.ask_to_end()
    for service in services:
        service.see_ended(deadline)
    logger.info("up ends")
