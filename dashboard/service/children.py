"""The children of `up`: started, watched, started again, ended."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from dashboard.service.signs import SILENCE, Signs
from qubecb.runner.hosting import process

logger = logging.getLogger(__name__)

#: Seconds to wait before a dead child is started again: twice as long each time, up to the last.
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
#: Seconds of life after which a child counts as healthy again.
HEALTHY = 10.0


class Service:
    """One child that is kept alive; one that gives no sign of life is replaced.

    Takes what to call it, the arguments of manage.py, descriptors that it inherits, and what
    to say besides when it is replaced.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        descriptors: Sequence[int] = (),
        loss: str = "",
    ) -> None:
        self.name = name
        self._loss = loss
        self._signs = Signs()
        manage = Path(__file__).resolve().parents[2] / "manage.py"
        self._command = [sys.executable, str(manage), name, *arguments]
        self._command += ["--parent", str(os.getpid())]
        self._command += ["--signs", str(self._signs.descriptor)]
        self._descriptors = [*descriptors, self._signs.descriptor]
        self._child: process.Child | None = None
        self._pause = FIRST_PAUSE
        self._started_at = 0.0
        self._start_at = 0.0

    def look(self) -> None:
        """Start it if it is not running and not paused; end it if it is silent."""
        now = time.monotonic()
        self._bury(now)
        if self._child is None and now >= self._start_at:
            self._start(now)
        elif self._child is not None and self._signs.is_silent(now):
            logger.error(
                "%s gave no sign of life for %.0f s and is replaced%s",
                *(self.name, SILENCE, self._loss),
            )
            self._signs.begin(now)
            self._child.send(signal.SIGKILL)

    def _bury(self, now: float) -> None:
        """Check whether it has ended, and when to start it again."""
        if self._child is not None and self._child.exit is not None:
            logger.error("%s ended with status %s", self.name, self._child.exit)
            self._child = None
            if now - self._started_at >= HEALTHY:
                self._pause = FIRST_PAUSE
            self._start_at = now + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _start(self, now: float) -> None:
        self._started_at = now
        self._signs.begin(now)
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
