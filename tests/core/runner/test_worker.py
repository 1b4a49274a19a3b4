"""The worker between a store and a runner."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.runner.farm.memory import MemoryFarm
from qubecb.runner.order import Order
from qubecb.runner.outcome import RunState
from qubecb.runner.running.engine import Runner
from qubecb.runner.settings import RunnerSettings
from qubecb.runner.worker import Worker
from qubecb.testing import MemoryRuns
from tests.core.runner.rig import PATIENCE, wait_until

JOB = Job(7)
EVENT = Event("e", "submit", "job", None, 5.0, JOB)
QUICK = "print('done')\n"
ENDLESS = "import time\nwhile True: time.sleep(0.01)\n"
_ids = itertools.count(1)


class Rig:
    """A worker in a thread of its own, on scripts in a folder."""

    def __init__(self, folder: Path, grace: float) -> None:
        self.folder = folder
        self.store = MemoryRuns()
        runner = Runner(RunnerSettings(scratch=folder / "scratch"))
        self.worker = Worker("w", self.store, runner, lambda _: MemoryFarm(), 8)
        self._thread = threading.Thread(target=self.worker.run, args=(grace,))

    def start(self) -> None:
        self._thread.start()

    def order(self, file: str, text: str) -> Order:
        """Write a script, and queue a run of it."""
        (self.folder / file).write_text(text)
        order = Order(str(next(_ids)), self.folder, file, EVENT, JOB)
        self.store.queue(order)
        return order

    def state(self, order: Order) -> RunState | None:
        """How a run ended, if it did."""
        outcome = self.store.outcomes.get(order.run_id)
        return outcome.state if outcome else None

    def stop(self) -> None:
        """Let the worker end, and wait for that."""
        if self._thread.is_alive():
            self.worker.stop()
            self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A worker that is in a hurry at its end."""
    made = Rig(tmp_path, grace=0.0)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Rig]:
    """A worker that lets runs finish."""
    made = Rig(tmp_path, grace=PATIENCE)
    made.start()
    yield made
    made.stop()


def test_a_queued_run_is_run_and_its_outcome_recorded(rig: Rig) -> None:
    order = rig.order("a.py", QUICK)
    rig.worker.wake()
    wait_until(lambda: rig.state(order) is RunState.SUCCEEDED)
    assert rig.store.outcomes[order.run_id].output.head == b"done\n"


def test_a_lost_wake_costs_a_look_later_and_no_run(rig: Rig) -> None:
    order = rig.order("a.py", QUICK)
    wait_until(lambda: rig.state(order) is RunState.SUCCEEDED)


def test_no_more_are_claimed_than_there_are_slots(rig: Rig) -> None:
    for number in range(12):
        rig.order(f"{number}.py", ENDLESS)
    rig.worker.wake()
    wait_until(lambda: rig.worker.held == 8)
    assert len(rig.store.waiting) == 4


def test_a_slow_callback_leaves_slots_to_others(rig: Rig) -> None:
    for _ in range(12):
        rig.order("slow.py", ENDLESS)
    other = rig.order("quick.py", QUICK)
    rig.worker.wake()
    wait_until(lambda: rig.state(other) is RunState.SUCCEEDED)
    assert len(rig.store.running) == 4


def test_a_wish_to_cancel_is_carried_out(rig: Rig) -> None:
    order = rig.order("a.py", ENDLESS)
    rig.worker.wake()
    wait_until(lambda: order.run_id in rig.store.running)
    rig.store.wishes[order.run_id] = "cancelled by jo"
    rig.worker.look()
    wait_until(lambda: rig.state(order) is RunState.CANCELLED)
    assert rig.store.outcomes[order.run_id].reason == "cancelled by jo"


def test_outcomes_wait_for_a_store_that_fails(rig: Rig) -> None:
    order = rig.order("a.py", QUICK)
    rig.worker.wake()
    wait_until(lambda: order.run_id in rig.store.running)
    rig.store.failures = 2
    wait_until(lambda: rig.state(order) is RunState.SUCCEEDED)
    assert rig.store.failures == 0


def test_a_worker_outlives_what_no_store_should_raise(rig: Rig) -> None:
    order = rig.order("a.py", QUICK)
    rig.worker.wake()
    wait_until(lambda: order.run_id in rig.store.running)
    rig.store.failure = RuntimeError("a defect")
    rig.store.failures = 1
    wait_until(lambda: rig.state(order) is RunState.SUCCEEDED)
    later = rig.order("b.py", QUICK)
    wait_until(lambda: rig.state(later) is RunState.SUCCEEDED)


def test_at_the_end_runs_may_finish_and_nothing_more_is_claimed(patient: Rig) -> None:
    script = "import time\ntime.sleep(0.3)\n"
    order = patient.order("a.py", script)
    patient.worker.wake()
    wait_until(lambda: order.run_id in patient.store.running)
    patient.worker.stop()
    late = patient.order("late.py", QUICK)
    patient.worker.wake()
    patient.stop()
    assert patient.state(order) is RunState.SUCCEEDED
    assert late in patient.store.waiting


def test_at_the_end_what_does_not_finish_is_cancelled(rig: Rig) -> None:
    order = rig.order("a.py", ENDLESS)
    rig.worker.wake()
    wait_until(lambda: order.run_id in rig.store.running)
    rig.stop()
    assert rig.state(order) is RunState.CANCELLED


def test_a_signal_after_the_end_writes_into_no_other_file(tmp_path: Path) -> None:
    runner = Runner(RunnerSettings(scratch=tmp_path / "scratch"))
    runner.close(0.0)
    files = [(tmp_path / str(number)).open("wb") for number in range(20)]
    runner.wake()
    for file in files:
        file.close()
    assert {path.stat().st_size for path in tmp_path.iterdir() if path.is_file()} == {0}


def test_an_outcome_that_no_store_takes_is_recorded_bare_and_holds_up_no_other(
    rig: Rig,
) -> None:
    rig.store.poison = b"poison"
    bad = rig.order("bad.py", "print('poison')\n")
    good = [rig.order(f"good{number}.py", QUICK) for number in range(3)]
    rig.worker.wake()
    wait_until(lambda: all(rig.state(each) for each in [bad, *good]))
    assert {rig.state(each) for each in [bad, *good]} == {RunState.SUCCEEDED}
    assert rig.store.outcomes[good[0].run_id].output.head == b"done\n"
    outcome = rig.store.outcomes[bad.run_id]
    assert outcome.reason == "the rest could not be stored (ValueError)"
    assert (outcome.output.head, outcome.output.total) == (b"", 7)
    assert rig.worker.held == 0
