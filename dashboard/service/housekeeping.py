"""Regular tasks: signs of life, giving up dead workers' runs, deleting old history."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection

from dashboard.service.steadiness import Steadiness
from dashboard.store.database.transactions import writing
from dashboard.store.processes import heartbeats
from dashboard.store.processes.spans import Span, since_boot
from dashboard.store.runs.pruning import Retention, prune
from dashboard.store.runs.store import OrmRuns
from qubecb.durations import DAY, HOUR

logger = logging.getLogger(__name__)

#: Seconds between signs of life: where others judge by them, and where there is one process.
BEAT, BEAT_ALONE = 1.0, 2.0
#: Seconds between prunings.
PRUNE = HOUR
#: Seconds from the start to the first pruning.
FIRST_PRUNE = 60.0
#: The largest leap of the clock that is trusted, and how long nothing is pruned after a larger
#: one.
LEAP, AFTER_LEAP = HOUR, DAY


class Housekeeping:
    """The regular tasks of one process; `turn` is called by one thread.

    Takes the process's name, its runs, and what gives the details of its sign of life.
    """

    def __init__(
        self, name: str, runs: OrmRuns, details: Callable[[], dict[str, Any]]
    ) -> None:
        self._name = name
        self._runs = runs
        self._details = details
        self._pause = threading.Event()
        self._steadiness = Steadiness()
        self._span = Span(name, "work")
        #: With SQLite there is one `work` on the data directory, and it is this one.
        self._alone = connection.vendor == "sqlite"

    def turn(self) -> None:
        """Do the tasks that are due, then wait."""
        self.look()
        self._pause.wait(BEAT_ALONE if self._alone else BEAT)

    def look(self) -> None:
        """Say that this process lives, and give up the runs of workers that are dead.

        Call it before this process claims anything.
        """
        host, pid, details = socket.gethostname(), os.getpid(), self._details()
        with writing():
            at = heartbeats.beat(self._name, host, pid, details)
            self._span.sign()
        self._steadiness.stored(at)
        if self._alone or self._steadiness.lasts:
            self.bury()

    def bury(self) -> None:
        """Give up the runs of workers that are dead: after some seconds without a sign of life."""
        if self._alone:
            heartbeats.forget_others(self._name)
        lost = self._runs.bury(self._name)
        if lost:
            logger.warning("%s runs of a dead worker are lost", lost)

    def stop(self) -> None:
        self._pause.set()

    def end(self) -> None:
        """Say that this process ends."""
        with writing():
            heartbeats.end(self._name)
            self._span.end()


class Pruning:
    """Deletes old history, once an hour; `turn` is one thread's.

    Age is measured by the clock, which may be set: see `_mind_the_clock`. It has its
    own thread, because deleting a long history takes minutes and a process without a
    sign of life for some seconds counts as dead.
    """

    def __init__(
        self, first: float = FIRST_PRUNE, clock: Callable[[], float] = time.time
    ) -> None:
        self._pause = threading.Event()
        self._clock = clock
        self._ahead = clock() - since_boot()
        self._prune_at = time.monotonic() + first

    def turn(self) -> None:
        """Prune if it is time, then wait."""
        self._mind_the_clock()
        if time.monotonic() >= self._prune_at:
            self._prune_at = time.monotonic() + PRUNE
            dropped = prune(retention())
            logger.info("pruned: %s", dict(dropped))
            heartbeats.forget_dead()
        self._pause.wait(BEAT_ALONE)

    def _mind_the_clock(self) -> None:
        """Delete nothing for a day after a leap of the clock: it may be an error."""
        before, self._ahead = self._ahead, self._clock() - since_boot()
        if self._ahead - before > LEAP:
            self._prune_at = time.monotonic() + AFTER_LEAP
            logger.warning("the clock was set forward: nothing is pruned for a day")

    def stop(self) -> None:
        self._pause.set()


def retention() -> Retention:
    """Give how long this site keeps things."""
    get = settings.ENVIRONMENT.get
    return Retention(
        days=get("QUBECB_RETENTION_DAYS"),
        runs=get("QUBECB_RETENTION_RUNS"),
        attached_days=get("QUBECB_ATTACHED_DAYS"),
        progress_days=get("QUBECB_PROGRESS_DAYS"),
    )
