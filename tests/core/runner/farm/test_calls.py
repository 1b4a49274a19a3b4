"""Who answers qb calls: few threads, and nobody is held up by a farm that hangs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.runner.farm import calls
from qubecb.runner.farm.calls import FarmCalls
from qubecb.runner.farm.conversation import Call, Conversation
from qubecb.runner.farm.memory import MemoryFarm
from qubecb.runner.farm.port import JobQuery
from qubecb.runner.order import Order

PATIENCE = 30.0
JOB = Job(7)
ORDER = Order("1", Path(), "a.py", Event("e", "submit", "job", None, 5.0, JOB), JOB)
JOBINFO = Call(1, "jobinfo", {"query": {"function": "jobinfo", "pairs": ["-id", 7]}})


class Farm(MemoryFarm):
    """Notes which threads ask it, and lets nobody go on before it is open."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_by: set[int] = set()
        self.open = threading.Event()

    def jobinfo(self, query: JobQuery) -> Sequence[Mapping[str, Any]]:
        self.asked_by.add(threading.get_ident())
        assert self.open.wait(PATIENCE)
        return super().jobinfo(query)


class Asking:
    """Calls of runs, and the answers that have come."""

    def __init__(self) -> None:
        self.farm = Farm()
        self._ready = threading.Semaphore(0)
        self.calls = FarmCalls(self._ready.release)

    def ask(self, run: str) -> None:
        self.calls.ask(run, Conversation(ORDER, self.farm), JOBINFO)

    def answered(self, count: int) -> list[str]:
        """Wait for so many answers; give whose they are."""
        for _ in range(count):
            assert self._ready.acquire(timeout=PATIENCE)
        return [run for run, _ in self.calls.answers()]


@pytest.fixture
def asking() -> Iterator[Asking]:
    made = Asking()
    yield made
    made.farm.open.set()
    made.calls.close()


def test_one_call_after_the_other_is_answered_by_one_thread(asking: Asking) -> None:
    asking.farm.open.set()
    for run in ("1", "2", "3"):
        asking.ask(run)
        assert asking.answered(1) == [run]
    assert len(asking.farm.asked_by) == 1


def test_calls_wait_for_a_thread_and_are_answered_in_order(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "MOST_THREADS", 1)
    for run in ("1", "2", "3"):
        asking.ask(run)
    asking.farm.open.set()
    assert asking.answered(3) == ["1", "2", "3"]
    assert len(asking.farm.asked_by) == 1


def test_at_the_end_every_thread_ends(asking: Asking) -> None:
    before = ours()
    asking.ask("1")
    asking.ask("2")
    asking.farm.open.set()
    asking.answered(2)
    begun = ours() - before
    assert begun
    asking.calls.close()
    for thread in begun:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def ours() -> set[threading.Thread]:
    """The threads that answer calls."""
    return {each for each in threading.enumerate() if each.name == "qubecb-farm"}
