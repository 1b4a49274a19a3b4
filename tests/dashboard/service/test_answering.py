"""Whatever becomes of a process that answers a question, the next question is answered."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeAlias

import pytest
from django.utils import timezone

from dashboard.models import WhyRecord
from dashboard.models.questions import FAILED, RUNNING
from dashboard.service.answering import Answering
from dashboard.service.signs import Signs
from dashboard.store.past import questions
from qubecb.errors import RunnerError
from tests.end_to_end.installation import wait_until

#: A process that stops itself: only SIGKILL ends it.
STOPPED = "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"
Begin: TypeAlias = Callable[..., Answering]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Answers by a program of one's own; in the end all are stopped."""
    begun: list[Answering] = []

    def start(program: str, heard: Signs | None = None) -> Answering:
        begun.append(Answering(lambda _: [sys.executable, "-c", program], heard))
        return begun[-1]

    yield start
    for each in begun:
        each.stop()


def asked() -> WhyRecord:
    now = timezone.now()
    span = {"since": now - timedelta(days=1), "until": now}
    return questions.ask(WhyRecord(directory="/cb", file="a.py", author="ana", **span))


def state(record: WhyRecord) -> tuple[str, str]:
    record.refresh_from_db()
    return record.state, record.reason


def test_one_that_was_cancelled_is_ended_though_it_is_stopped(begin: Begin) -> None:
    answering, first, second = begin(STOPPED), asked(), asked()
    answering.turn()
    questions.fail(first, questions.CANCELLED)
    answering.turn()
    assert state(first) == (FAILED, questions.CANCELLED)
    assert state(second) == (RUNNING, "")


def test_one_that_nobody_asks_for_is_ended_though_it_is_stopped(begin: Begin) -> None:
    answering, first = begin(STOPPED), asked()
    answering.turn()
    long_ago = timezone.now() - timedelta(seconds=questions.PATIENCE + 1)
    WhyRecord.objects.update(asked_at=long_ago)
    second = asked()
    answering.turn()
    assert state(first) == (FAILED, questions.FORSAKEN)
    assert state(second) == (RUNNING, "")


def test_one_that_stands_still_is_ended(begin: Begin) -> None:
    answering = begin(STOPPED, Signs(beginning=0.0))
    first, second = asked(), asked()
    answering.turn()
    answering.turn()
    assert state(first) == (FAILED, questions.STILL)
    assert state(second) == (RUNNING, "")


def test_one_that_dies_fails_with_that_reason(begin: Begin) -> None:
    answering, record = begin("raise SystemExit(1)"), asked()

    def failed() -> bool:
        answering.turn()
        return state(record) == (FAILED, questions.DIED)

    wait_until(failed, "the question has failed")


def test_one_that_cannot_be_started_fails_with_that_reason() -> None:
    answering, record = Answering(lambda _: ["/nowhere/python"]), asked()
    with pytest.raises(RunnerError):
        answering.turn()
    assert state(record)[0] == FAILED
    assert state(record)[1].startswith("cannot start /nowhere/python")
