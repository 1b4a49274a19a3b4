"""The children of `up`: started, watched, started again, ended."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from qubecb.runner import process

logger = logging.getLogger(__name__)

#: Seconds to wait before starting again what died: twice as long each time, up to the last.
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
#: Seconds of life after which a child counts as healthy again.
HEALTHY = 10.0


class Service:
    """One child that is kept alive.

    Takes what to call it, the arguments of manage.py, and descriptors that it inherits.
    """

    def __init__(
        self, name: str, arguments: Sequence[str], descriptors: Sequence[int] = ()
    ) -> None:
        self.name = name
        manage = Path(__file__).resolve().parents[2] / "manage.py"
        self._command = [sys.executable, str(manage), name, *arguments]
        self._command += ["--parent", str(os.getpid())]
        self._descriptors = descriptors
        self._child: process.Child | None = None
        self._pause = FIRST_PAUSE
        self._started_at = 0.0
        self._start_at = 0.0

    def look(self) -> None:
        """Start it when it is not there and its pause is over."""
        now = time.monotonic()
        if self._child is not None and self._child.exit is not None:
            logger.error("%s ended with status %s", self.name, self._child.exit)
            self._child = None
            if now - self._started_at >= HEALTHY:
                self._pause = FIRST_PAUSE
            self._start_at = now + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        if self._child is None and now >= self._start_at:
            self._started_at = now
            self._child = process.start(
                self._command, descriptors=self._descriptors, own_session=True
            )
            logger.info("%s started, process %s", self.name, self._child.pid)

    def ask_to_end(self) -> None:
        """Send it SIGTERM, if it is there."""
        if self._child is not None:
            self._child.send(signal.SIGTERM)

    def see_ended(self, deadline: float) -> None:
        """Wait for its end until then (monotonic), then end it by force."""
        if self._child is None:
            return
        if self._child.wait(max(0.0, deadline - time.monotonic())) is None:
            logger.error("%s did not end in time and is killed", self.name)
            self._child.send(signal.SIGKILL)
            self._child.wait(1.0)
