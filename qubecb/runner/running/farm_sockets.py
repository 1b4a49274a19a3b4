"""The farm sockets of all runs, in the selector of a runner."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable

from qubecb.runner.running.active import ActiveRun


class FarmSockets:
    """Sends what a socket had no room for. `ready` is called when a callback speaks."""

    def __init__(
        self, selector: selectors.BaseSelector, ready: Callable[[ActiveRun], None]
    ) -> None:
        self._selector, self._ready = selector, ready
        #: What each is waited for: to ask the selector for one that it has not is slow.
        self._masks: dict[socket.socket, int] = {}

    def serve(self, run: ActiveRun) -> None:
        """Send what waits; ask for room in the socket only while something waits for it."""
        ours = run.line.socket
        if ours is None:
            return
        mask = selectors.EVENT_READ
        if not run.line.send():
            mask |= selectors.EVENT_WRITE
        before, self._masks[ours] = self._masks.get(ours, 0), mask
        if before == mask:
            return
        change = self._selector.modify if before else self._selector.register
        change(ours, mask, lambda _: self._ready(run))

    def close(self, run: ActiveRun) -> None:
        """Close its socket. Before that it leaves the selector, which would keep its number."""
        ours = run.line.socket
        if ours is not None:
            if self._masks.pop(ours, 0):
                self._selector.unregister(ours)
            run.line.close()
