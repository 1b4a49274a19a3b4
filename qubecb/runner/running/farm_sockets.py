"""The farm sockets of all runs, in the selector of a runner."""

from __future__ import annotations

import selectors
from collections.abc import Callable

from qubecb.runner.running.active import ActiveRun


class FarmSockets:
    """Sends what a socket had no room for. `ready` is called when a callback speaks."""

    def __init__(
        self, selector: selectors.BaseSelector, ready: Callable[[ActiveRun], None]
    ) -> None:
        self._selector, self._ready = selector, ready

    def serve(self, run: ActiveRun) -> None:
        """Send what waits; ask for room in the socket only while something waits for it."""
        ours = run.line.socket
        if ours is None:
            return
        mask = selectors.EVENT_READ
        if not run.line.send():
            mask |= selectors.EVENT_WRITE
        known = self._selector.get_map().get(ours)
        if known is None:
            self._selector.register(ours, mask, lambda _: self._ready(run))
        elif known.events != mask:
            self._selector.modify(ours, mask, known.data)

    def close(self, run: ActiveRun) -> None:
        """Close its socket. Before that it leaves the selector, which would keep its number."""
        ours = run.line.socket
        if ours is not None:
            if ours in self._selector.get_map():
                self._selector.unregister(ours)
            run.line.close()
