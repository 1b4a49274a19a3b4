"""Questions about the past are answered in a process of their own: one at a time, at low priority.

So events wait for none, and the memory that it took is given back.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from dashboard.models import BacktestRecord
from dashboard.service import logs, signs
from dashboard.service.parent import follow
from dashboard.service.signs import Signs
from dashboard.store.database.sql import keep_little
from dashboard.store.past import backtest_questions, questions, why_questions
from dashboard.store.past.questions import KINDS, AnyRecord
from qubecb.errors import QubecbError
from qubecb.runner.hosting import process

logger = logging.getLogger(__name__)

#: Seconds between looks for one that waits, and between notes of how far one is.
LOOK, NOTE = 0.5, 1.0
#: How much lower than everything else its priority is.
NICE = 15


def _command(record: AnyRecord) -> list[str]:
    manage = Path(__file__).resolve().parents[2] / "manage.py"
    (kind,) = (name for name, each in KINDS.items() if isinstance(record, each))
    own = ["answering", kind, str(record.pk), "--parent", str(os.getpid())]
    return [sys.executable, str(manage), *own]


class Answering:
    """Starts a process for each question that waits; `turn` is one thread's.

    A process whose question was cancelled, that nobody asks for, or that stands still is
    ended, so that the next one begins. Takes the command for a question.
    """

    def __init__(
        self,
        command: Callable[[AnyRecord], Sequence[str]] = _command,
        heard: Signs | None = None,
    ) -> None:
        self._command = command
        self._signs = heard or Signs(silence=questions.PATIENCE)
        self._pause = threading.Event()
        self._child: process.Child | None = None
        self._answered: AnyRecord | None = None
        self._begun = False

    def turn(self) -> None:
        """Start the next one, if none is answered; see to the one that is."""
        if not self._begun:
            questions.give_up_running()
            self._begun = True
        if self._child is not None and self._answered is not None:
            self._see_to(self._child, self._answered)
        if self._child is None and (found := questions.claim()) is not None:
            self._start(found)
        self._pause.wait(LOOK)

    def stop(self) -> None:
        """Wait no longer, and end what is being answered."""
        self._pause.set()
        if self._child is not None:
            self._child.end(1.0)

    def _start(self, record: AnyRecord) -> None:
        descriptor = self._signs.descriptor
        command = [*self._command(record), "--signs", str(descriptor)]
        try:
            self._child = process.start(
                command, descriptors=[descriptor], own_session=True
            )
        except QubecbError as error:
            questions.fail(record, str(error))
            raise
        self._answered = record
        self._signs.begin(time.monotonic())

    def _see_to(self, child: process.Child, record: AnyRecord) -> None:
        """Let go of a process that has ended; end one that is of no use any more."""
        reason = questions.DIED
        if child.exit is None:
            if self._signs.is_silent(time.monotonic()):
                reason = questions.STILL
            elif questions.is_wanted(record):
                return
            else:
                reason = questions.FORSAKEN
            child.end(1.0)
        questions.fail(record, reason)  # unless it has ended as it should
        self._child = None


def be_process(
    kind: str, identity: int, parent: int | None, descriptor: int | None
) -> None:
    """Be the process of one question that was claimed; ends with its parent.

    The parent ends it once the answer is stored, so that is the last thing it does.
    """
    follow(parent)
    logs.begin("answering")
    os.nice(NICE)
    signs.give(descriptor, lambda: True)
    keep_little()
    questions.forget_old()
    record = questions.found(KINDS[kind], identity)
    if record is not None:
        answer(record)


def answer(record: AnyRecord) -> None:
    """Answer a question that was claimed, and store what came out or why nothing did."""
    try:
        if isinstance(record, BacktestRecord):
            backtest = backtest_questions.begun(record)
            if _goes_through(record, backtest.run()):
                questions.finish(record, backtest.result())
        else:
            span = why_questions.begun(record)
            if _goes_through(record, span.run()):
                why_questions.finish(record, span)
    except QubecbError as error:
        questions.fail(record, str(error))
    except Exception as error:
        logger.exception("%s failed", record)
        questions.fail(record, f"{type(error).__name__}: {error}")


def _goes_through(record: AnyRecord, shares: Iterable[float]) -> bool:
    """Judge everything; whether it came to its end while somebody asked for it."""
    noted = time.monotonic()
    for share in shares:
        if time.monotonic() - noted >= NOTE:
            noted = time.monotonic()
            if not questions.go_on(record, share):
                questions.fail(record, questions.FORSAKEN)
                return False
    return True
