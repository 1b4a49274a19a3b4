"""Threads that repeat one task and survive every error in a round."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import close_old_connections, connections
from django.db.utils import Error as DatabaseTrouble

from qubecb.errors import QubecbError

logger = logging.getLogger(__name__)

#: Seconds to wait after a failed round.
PATIENCE = 1.0


class Loop(threading.Thread):
    """Takes one turn after the other until `stop`.

    Takes a name and what a turn does; it waits by itself when there is nothing to do,
    at most for a second or two. An error is logged, shown as `trouble`, and the task is
    tried again.
    """

    def __init__(self, name: str, turn: Callable[[], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._turn = turn
        self._stopping = threading.Event()
        #: How many rounds it has begun.
        self.turns = 0
        #: The error of the last round, or nothing.
        self.trouble = ""

    def run(self) -> None:
        """Take turns. Called by `start`."""
        while not self._stopping.is_set():
            self.turns += 1
            try:
                self._turn()
                self.trouble = ""
            except (QubecbError, DatabaseTrouble, OSError) as error:
                self._failed(error)
                logger.error("%s: %s", self.name, error)
            except Exception as error:  # a loop outlives whatever its turns meet
                self._failed(error)
                logger.exception("%s: one round failed", self.name)
        connections.close_all()

    def stop(self) -> None:
        self._stopping.set()

    def _failed(self, error: Exception) -> None:
        self.trouble = f"{type(error).__name__}: {error}"[:500]
        close_old_connections()
        self._stopping.wait(PATIENCE)
