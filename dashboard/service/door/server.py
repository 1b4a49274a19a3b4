"""The door of the web process: takes connections in, serves them, closes those that are late."""

from __future__ import annotations

import errno
import logging
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from dashboard.project.hosts import unmapped
from dashboard.project.proxies import Network
from dashboard.service.door.bounds import LARGEST_BODY, LARGEST_HEAD, Bounds
from dashboard.service.door.channel import Channel
from dashboard.service.door.connections import Connections
from dashboard.service.door.parser import Request
from dashboard.service.door.queue import Turns
from dashboard.service.door.watching import Watching

logger = logging.getLogger(__name__)

#: Connections that wait to be accepted, and how many are accepted at a time.
BACKLOG, AT_A_TIME = 1024, 64
#: Seconds between checks for late connections.
LOOK = 1.0
_NO_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

#: Whether the head of a request allows a large body.
Knows = Callable[[Mapping[str, str]], bool]


class Weighing:
    """A task for the application's threads: ask who sends a large body, then tell."""

    def __init__(
        self, whose: object, ask: Callable[[], bool], tell: Callable[[bool], None]
    ) -> None:
        self.whose = whose
        self._ask = ask
        self._tell = tell

    def service(self) -> None:
        """Ask; a sender that cannot be looked up is unknown."""
        known = False
        try:
            known = self._ask()
        finally:
            self._tell(known)

    def cancel(self) -> None:
        """The service ends."""


class Door(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """waitress on a listening socket, with bounds on connections.

    Takes the application, the socket, how many threads call the application, who is known to
    it, how many connections there may be, and which proxies are trusted.
    """

    channel_class = Channel

    def __init__(
        self,
        application: Any,
        listening: socket.socket,
        *,
        threads: int,
        knows: Knows,
        bounds: Bounds,
        proxies: Iterable[Network] = (),
    ) -> None:
        self.connections = Connections(bounds, proxies)
        self._knows = knows
        self._look_at = 0.0
        #: Channels to which something has happened, and those at which a thread is at work.
        self._touched: set[Any] = set()
        self._at_work: set[Any] = set()
        channels: dict[int, Any] = {}
        self._watching = Watching(channels)
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.queue = Turns()
        dispatcher.set_thread_count(threads)
        super().__init__(
            application,
            channels,
            _sock=listening,
            dispatcher=dispatcher,
            adj=_adjustments(),
            sockinfo=(listening.family, listening.type, listening.proto, None),
            bind_socket=False,
        )
        self._touched.update(channels.values())

    # Serving.

    def run(self) -> None:
        """Serve until SystemExit."""
        try:
            while True:
                self.turn()
        except (SystemExit, KeyboardInterrupt):
            self.task_dispatcher.shutdown()

    def turn(self) -> None:
        """Do what there is to do, or wait for a moment."""
        touched, self._touched = self._touched, set()
        for channel in touched:
            self._settle(channel)
        for channel in self._watching.wait(max(0.0, self._look_at - time.monotonic())):
            self._touched.add(channel)
            if channel is self.trigger:
                self._touched |= self._at_work
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK
            self._close_late()

    def _settle(self, channel: Any) -> None:
        """See what a channel waits for.

        One at which a thread was at work *before* is seen again when a thread pulls the
        trigger, which it does after all that it changes; so is one whose next request begins
        by this.
        """
        was_busy = getattr(channel, "is_busy", False)
        if isinstance(channel, Channel) and channel.connected:
            channel.settle()
        self._watching.look(channel)
        if was_busy or getattr(channel, "is_busy", False):
            self._at_work.add(channel)
        else:
            self._at_work.discard(channel)

    def readable(self) -> bool:
        """Whether connections are taken in."""
        return bool(self.accepting)

    # Connections come and go.

    def handle_accept(self) -> None:
        """Take in those that wait, making room for them."""
        for _ in range(AT_A_TIME):
            try:
                taken, address = self.socket.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in _NO_FILES:
                    self._close_for_files(error)
                return
            self._admit(taken, self.fix_addr(address))

    def fix_addr(self, address: tuple[Any, ...]) -> tuple[Any, ...]:
        """What a client's address is called: in limits, logs and the audit."""
        return (unmapped(str(address[0])), *address[1:])

    def gone(self, channel: Any) -> None:
        """A connection is about to be closed."""
        self.connections.remove(channel)
        self._at_work.discard(channel)
        self._watching.forget(channel._fileno)

    def _admit(self, taken: socket.socket, address: tuple[Any, ...]) -> None:
        host = address[0]
        idlest: Any = self.connections.in_the_way(host)
        if idlest is not None:
            logger.warning(
                "too many connections: the idlest, from %s, is closed for a new one from %s",
                idlest.addr[0],
                host,
            )
            idlest.handle_close()
        elif self.connections.is_full:
            logger.warning("too many requests at once: one from %s is refused", host)
            taken.close()
            return
        try:
            self.set_socket_options(taken)
        except OSError:  # it is closed already
            taken.close()
            return
        channel = self.channel_class(self, taken, address, self.adj, map=self._map)
        self.connections.add(channel, host)
        self._touched.add(channel)

    def _close_for_files(self, error: OSError) -> None:
        """No file is left for a newcomer, who waits: the idlest makes room."""
        logger.error("no connection can be accepted: %s", error.strerror)
        idlest: Any = self.connections.idlest()
        if idlest is not None:
            idlest.handle_close()

    def _close_late(self) -> None:
        now = time.monotonic()
        channel: Any
        for channel in self.connections:
            if channel.due <= now and channel.expire():
                logger.info("a request from %s did not arrive in time", channel.addr[0])

    # Large bodies.

    def weigh(
        self, channel: Channel, request: Request, tell: Callable[[bool], None]
    ) -> None:
        """Ask in another thread who sends a large body; `tell` is called by this one."""

        def back(known: bool) -> None:
            self._touched.add(channel)
            tell(known)

        self.add_task(
            Weighing(
                channel.whose,
                lambda: self._knows(request.headers),
                lambda known: self.trigger.pull_trigger(lambda: back(known)),
            )
        )


def _adjustments() -> Adjustments:
    return Adjustments(
        ident="",
        backlog=BACKLOG,
        max_request_header_size=LARGEST_HEAD,
        max_request_body_size=LARGEST_BODY,
        # dashboard.project.proxies decides which proxies are trusted.
        clear_untrusted_proxy_headers=False,
        log_socket_errors=False,
    )
