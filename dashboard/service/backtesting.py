"""Backtests in a process of their own: one at a time, at low priority, so that events wait for none."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from pathlib import Path

from dashboard.service import logs
from dashboard.service.parent import follow
from dashboard.store.past import kept
from dashboard.store.past.backtesting import Backtest, keep_little
from qubecb.errors import QubecbError
from qubecb.runner.hosting import process

logger = logging.getLogger(__name__)

#: Seconds between looks for one that waits, and between notes of how far one is.
LOOK, NOTE = 0.5, 1.0
#: How much lower than everything else its priority is.
NICE = 15


class Backtests:
    """Starts a process for each backtest that waits; `turn` is one thread's."""

    def __init__(self) -> None:
        self._pause = threading.Event()
        self._child: process.Child | None = None
        self._computing = 0
        self._begun = False

    def turn(self) -> None:
        """Start the next one, if none is computed; see to one whose process ended."""
        if not self._begun:
            kept.give_up_running()
            self._begun = True
        if self._child is not None and self._child.exit is not None:
            kept.fail(self._computing, kept.DIED)  # unless it has ended as it should
            self._child = None
        if self._child is None and (found := kept.claim()) is not None:
            self._computing = found.pk
            self._child = process.start(_command(found.pk), own_session=True)
        self._pause.wait(LOOK)

    def stop(self) -> None:
        """Wait no longer, and end what is being computed."""
        self._pause.set()
        if self._child is not None:
            self._child.end(1.0)


def _command(identity: int) -> list[str]:
    manage = Path(__file__).resolve().parents[2] / "manage.py"
    own = ["backtesting", str(identity), "--parent", str(os.getpid())]
    return [sys.executable, str(manage), *own]


def be_process(identity: int, parent: int | None) -> None:
    """Be the process of one backtest that was claimed; ends with its parent."""
    follow(parent)
    logs.begin("backtest")
    os.nice(NICE)
    keep_little()
    compute(identity)
    kept.forget_old()


def compute(identity: int) -> None:
    """Compute a backtest that was claimed, and store what came out or why nothing did."""
    record = kept.looked_at(identity)
    if record is None:
        return
    try:
        backtest = Backtest(kept.question_of(record))
        if _computed(backtest, identity):
            kept.finish(identity, backtest.result())
        else:
            kept.fail(identity, kept.FORSAKEN)
    except QubecbError as error:
        kept.fail(identity, str(error))
    except Exception as error:
        logger.exception("backtest %s failed", identity)
        kept.fail(identity, f"{type(error).__name__}: {error}")


def _computed(backtest: Backtest, identity: int) -> bool:
    """Judge everything; whether it came to its end while somebody asked for it."""
    noted = time.monotonic()
    for share in backtest.run():
        if time.monotonic() - noted >= NOTE:
            noted = time.monotonic()
            if not kept.go_on(identity, share):
                return False
    return True
