"""The work process: dispatcher, worker, timers, spool and configuration watchers in one.

Each part has its own thread and outlives the trouble of the others; the main thread runs
callbacks. What wakes whom: events wake the dispatcher, what it plans wakes
the worker, cancellations make the worker look for them.
"""

from __future__ import annotations

import logging
import signal
import sys
import time
from typing import Any

from django.conf import settings

from dashboard.machine.waking import CANCELLATIONS, EVENTS, wake
from dashboard.service import logs, modes
from dashboard.service.answering import Answering
from dashboard.service.dispatching import Dispatching
from dashboard.service.housekeeping import Housekeeping, Pruning
from dashboard.service.listening import waker
from dashboard.service.locks import DataLock
from dashboard.service.loops import Loop
from dashboard.service.parent import follow
from dashboard.service.running import (
    check_programs,
    farm_for,
    limits,
    runner_settings,
)
from dashboard.service.signs import give
from dashboard.service.spooling import Spooling
from dashboard.service.watching import Watching
from dashboard.store.acts.setting_aside import after_upgrade
from dashboard.store.configuration.editing import observe_all
from dashboard.store.processes.spans import process_name
from dashboard.store.runs.store import OrmRuns
from qubecb.collecting import keep_what_is_loaded
from qubecb.runner.running.engine import Runner
from qubecb.runner.worker import Worker

logger = logging.getLogger(__name__)

#: Seconds to wait for another `work` that is about to end.
PATIENCE = 6.0
#: Seconds that the waker's thread waits at a time.
LOOK = 1.0
#: Seconds after which a running thread yields to another. The default of 5 ms would be most of a
#: short callback's time.
SWITCH = 0.0005


class Work:
    """All parts of the work process, put together; `run` blocks until `stop`."""

    def __init__(self) -> None:
        get = settings.ENVIRONMENT.get
        concurrency = get("QUBECB_CONCURRENCY")
        self.name = process_name()
        self._runs = OrmRuns(concurrency, limits())
        self._runner = Runner(runner_settings())
        self._worker = Worker(
            self.name, self._runs, self._runner, farm_for, concurrency
        )
        self._concurrency = concurrency
        self._waker = waker()
        self._dispatching = Dispatching(self._worker.alongside)
        self._watching = Watching(self._configured)
        self._house = Housekeeping(self.name, self._runs, self._details)
        self._pruning = Pruning()
        self._answering = Answering()
        self._hearing = Loop("waker", self._hear)
        self._turns: tuple[int, int] | None = None
        self._loops = [
            Loop("dispatcher", self._dispatching.turn),
            self._hearing,
            Loop("spool", Spooling().turn),
            Loop("watcher", self._watching.turn),
            Loop("house", self._house.turn),
            Loop("pruner", self._pruning.turn),
            Loop("answering", self._answering.turn),
        ]

    def run(self, grace: float) -> None:
        """Work until `stop`; then let runs finish for `grace` seconds."""
        modes.close(settings.DATA)
        self._house.look()
        observe_all()
        again = after_upgrade()
        if again:
            logger.warning(
                "%s events that another version set aside will be planned again", again
            )
        keep_what_is_loaded()
        for loop in self._loops:
            loop.start()
        self._turns = 0, 0
        logger.info(
            "%s is running, up to %s callbacks at a time", self.name, self._concurrency
        )
        try:
            self._worker.run(grace)
        finally:
            self._end()

    def stop(self) -> None:
        """Make `run` return. For signal handlers."""
        self._worker.stop()

    def turns(self) -> bool:
        """Whether the loops that wait for nobody have turned since this was last asked.

        Loops that wait for the database do not count: it may be slow, and ending runs
        would not help. Until the loops begin, all is well.
        """
        if self._turns is None:
            return True
        before, self._turns = self._turns, (self._worker.turns, self._hearing.turns)
        return all(a != b for a, b in zip(before, self._turns, strict=True))

    def _hear(self) -> None:
        """Wake whom it is for."""
        heard = self._waker.wait(LOOK)
        if EVENTS in heard:
            self._dispatching.wake()
        if CANCELLATIONS in heard:
            self._worker.look()
        if heard - {EVENTS}:
            self._worker.wake()

    def _configured(self) -> None:
        """Use the present callbacks.conf and qb.conf."""
        self._runner.configure(runner_settings())
        self._dispatching.configured()

    def _details(self) -> dict[str, Any]:
        """Details of the sign of life."""
        trouble = {loop.name: loop.trouble for loop in self._loops if loop.trouble}
        return {
            "dispatcher": True,
            "worker": True,
            "slots": self._concurrency,
            "running": self._worker.held,
            "remarks": [*self._runner.remarks, *filter(None, [self._waker.remark])],
            "trouble": trouble,
        }

    def _end(self) -> None:
        self._watching.stop()
        self._house.stop()
        self._pruning.stop()
        self._answering.stop()
        for loop in self._loops:
            loop.stop()
        self._dispatching.wake()
        wake(EVENTS)
        deadline = time.monotonic() + LOOK / 2
        for loop in self._loops:
            loop.join(max(0.0, deadline - time.monotonic()))
        self._waker.close()
        self._house.end()
        logger.info("%s ends", self.name)


def work(
    parent: int | None = None, grace: float | None = None, signs: int | None = None
) -> None:
    """Be the work process until SIGTERM or SIGINT.

    Takes the process id of `up` when it is the parent, with which this ends, how many
    seconds runs may go on at the end (QUBECB_GRACE), and where `up` hears signs of life.
    Raises Taken when another works here.
    """
    follow(parent)
    logs.begin("work", first=parent is None)
    if parent is None:  # `up` has done so
        settings.ENVIRONMENT.check()
        check_programs()
    lock = DataLock(settings.DATA, "work")
    lock.take(PATIENCE if parent else 0.0)
    sys.setswitchinterval(SWITCH)
    whole = Work()
    give(signs, whole.turns)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: whole.stop())
    whole.run(settings.ENVIRONMENT.get("QUBECB_GRACE") if grace is None else grace)
