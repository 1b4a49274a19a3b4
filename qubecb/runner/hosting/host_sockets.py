"""Hears what hosts say, and sends them what they are to start as soon as they have room."""

from __future__ import annotations

import selectors
from collections.abc import Callable, Sequence
from typing import Any

from qubecb.runner.hosting.host import Host


class HostSockets:
    """Every host's socket, in the selector of a runner. `said` is called when one speaks."""

    def __init__(
        self, selector: selectors.BaseSelector, said: Callable[[Host], None]
    ) -> None:
        self._selector, self._said = selector, said

    def add(self, host: Host) -> None:
        """Listen to a new host."""
        self._selector.register(
            host, selectors.EVENT_READ, lambda mask: self._ready(host, mask)
        )

    def forget(self, host: Host) -> None:
        """Stop host_sockets. Before its socket closes: the selector would keep its number."""
        self._selector.unregister(host)

    def send(
        self, host: Host, request: dict[str, Any], descriptors: Sequence[int]
    ) -> None:
        """Ask a host for one callback, at once or when it has room. Raises RunnerError."""
        host.send(request, descriptors)
        self._follow(host)

    def _ready(self, host: Host, mask: int) -> None:
        if mask & selectors.EVENT_WRITE:
            host.send_on()
            self._follow(host)
        if mask & selectors.EVENT_READ:
            self._said(host)

    def _follow(self, host: Host) -> None:
        """Be called for room only while something waits for it."""
        known = self._selector.get_key(host)
        mask = selectors.EVENT_READ
        if host.waiting:
            mask |= selectors.EVENT_WRITE
        if known.events != mask:
            self._selector.modify(host, mask, known.data)
