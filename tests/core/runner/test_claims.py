"""Runs that are claimed in the transaction that queues them."""

from __future__ import annotations

import itertools
from contextlib import suppress
from pathlib import Path

import pytest

from qubecb.errors import StoreError
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.runner.claims import Claims
from qubecb.runner.order import Order
from qubecb.runner.outcome import Outcome, Output, RunState
from qubecb.testing import MemoryRuns

JOB = Job(7)
EVENT = Event("e", "submit", "job", None, 5.0, JOB)
_ids = itertools.count(1)


class Rig:
    """Claims of a worker that runs two callbacks at a time."""

    def __init__(self) -> None:
        self.store = MemoryRuns()
        self.started: list[str] = []
        self.woken = 0
        self.claims = Claims("w", self.store, 2, self._start)

    def _start(self, orders: object) -> None:
        assert isinstance(orders, list | tuple)
        self.started += [order.run_id for order in orders]

    def wake(self) -> None:
        self.woken += 1

    def queue(self) -> str:
        order = Order(str(next(_ids)), Path("/callbacks"), "a.py", EVENT, JOB)
        self.store.queue(order)
        return order.run_id

    def queue_and_claim(self) -> str:
        with self.claims.alongside(self.wake) as claim:
            run = self.queue()
            claim()
            assert run not in self.started
        return run


@pytest.fixture
def rig() -> Rig:
    return Rig()


def ended(run: str) -> Outcome:
    return Outcome(run, RunState.SUCCEEDED, "", 0, 1.0, 2.0, Output())


def test_what_is_queued_is_claimed_with_it_and_started_afterwards(rig: Rig) -> None:
    run = rig.queue_and_claim()
    assert (rig.started, rig.woken) == ([run], 0)
    assert [*rig.claims.held] == [run]


def test_where_all_places_are_taken_it_waits_for_an_outcome(rig: Rig) -> None:
    first, second, third = (rig.queue_and_claim() for _ in range(3))
    assert (rig.started, rig.woken) == ([first, second], 0)
    rig.claims.exchange([ended(first)])
    assert rig.started == [first, second, third]


def test_nothing_is_started_when_the_transaction_fails(rig: Rig) -> None:
    with suppress(StoreError), rig.claims.alongside(rig.wake) as claim:
        rig.queue()
        claim()
        raise StoreError
    assert rig.started == []
    assert not rig.claims.held


def test_after_a_failure_the_recorder_claims_first(rig: Rig) -> None:
    rig.store.failures = 1
    with pytest.raises(StoreError):
        rig.queue_and_claim()
    rig.queue_and_claim()
    assert (rig.started, rig.woken) == ([], 1)
    rig.claims.exchange([])
    assert len(rig.started) == 2


def test_while_outcomes_cannot_be_recorded_nothing_is_claimed(rig: Rig) -> None:
    run = rig.queue_and_claim()
    rig.store.failures = 1
    with pytest.raises(StoreError):
        rig.claims.exchange([ended(run)])
    rig.queue_and_claim()
    assert rig.started == [run]


def test_who_queues_runs_waits_for_nobody_who_claims(rig: Rig) -> None:
    with rig.claims.alongside(rig.wake) as claim:
        claim()
        rig.queue_and_claim()
        assert (rig.started, rig.woken) == ([], 1)


def test_nothing_is_claimed_once_the_worker_ends(rig: Rig) -> None:
    rig.claims.closed = True
    rig.queue_and_claim()
    assert rig.started == []


def test_an_outcome_by_itself_frees_its_place(rig: Rig) -> None:
    first, second = rig.queue_and_claim(), rig.queue_and_claim()
    rig.claims.record(ended(first))
    assert [*rig.claims.held] == [second]


def test_what_was_claimed_is_started_although_the_answer_was_lost(rig: Rig) -> None:
    run = rig.queue()
    rig.store.lost_answers = 1
    with pytest.raises(StoreError):
        rig.claims.exchange([])
    assert (rig.started, rig.store.running) == ([], {run: "w"})
    rig.claims.exchange([])
    assert rig.started == [run]
    assert [*rig.claims.held] == [run]


def test_so_is_what_was_claimed_where_it_was_queued(rig: Rig) -> None:
    rig.store.lost_answers = 1
    with pytest.raises(StoreError):
        rig.queue_and_claim()
    rig.claims.exchange([])
    assert rig.started == [*rig.store.running]


def test_an_outcome_whose_answer_was_lost_is_recorded_once(rig: Rig) -> None:
    run = rig.queue_and_claim()
    rig.store.lost_answers = 1
    with pytest.raises(StoreError):
        rig.claims.exchange([ended(run)])
    rig.claims.exchange([ended(run)])
    assert (rig.started, [*rig.claims.held]) == ([run], [])


def test_what_runs_is_not_started_again_by_a_store_that_forgot_it(rig: Rig) -> None:
    run = rig.queue_and_claim()
    rig.store.waiting.append(rig.store.given[run])
    del rig.store.running[run]
    rig.store.failures = 1
    with pytest.raises(StoreError):
        rig.claims.exchange([])
    rig.claims.exchange([])
    assert (rig.started, rig.store.running) == ([run], {run: "w"})
    assert not rig.store.waiting
