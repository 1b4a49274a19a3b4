"""Callers that share a transaction: who is stored is told so, who is not is told that."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from dashboard.store.intake.door import Caller, Door
from qubecb.errors import StoreBusy, StoreError, StoreFull
from tests.dashboard.store.holding import held
from tests.dashboard.store.site import Site

LATE = float("inf")


def waiting(door: Door, *works: Callable[[], int]) -> list[Caller]:
    """Callers that wait at a door already."""
    callers = [Caller(work, LATE) for work in works]
    door._waiting += callers
    return callers


def one() -> int:
    return 1


def raises(error: BaseException) -> Callable[[], int]:
    """Work that fails."""

    def fail() -> int:
        raise error

    return fail


def test_callers_at_the_same_time_share_transactions(site: Site) -> None:
    transactions: list[int] = []
    door = Door()
    inside, go_on = threading.Event(), threading.Event()

    def first() -> int:
        inside.set()
        go_on.wait(240)
        return 1

    def other() -> int:
        transactions.append(id(connection.connection))
        return 1

    def pass_through(work: Callable[[], int]) -> None:
        door.pass_through(work)
        connections.close_all()

    leader = threading.Thread(target=pass_through, args=(first,))
    others = [threading.Thread(target=pass_through, args=(other,)) for _ in range(4)]
    leader.start()
    assert inside.wait(240)
    for thread in others:
        thread.start()
    while len(door._waiting) < len(others):
        threading.Event().wait(0.001)
    go_on.set()
    for thread in [leader, *others]:
        thread.join()
    assert len(transactions) == 4
    assert len(set(transactions)) == 1


def test_one_caller_that_fails_spoils_nothing_for_the_others(site: Site) -> None:
    door = Door()
    good, bad = waiting(door, one, raises(StoreFull()))
    assert door.pass_through(lambda: 5) == 5
    assert (good.result, good.error) == (1, None)
    assert isinstance(bad.error, StoreFull)


@pytest.mark.parametrize("end", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_who_is_not_stored_because_the_committing_thread_ends_is_told_so(
    site: Site, end: type[BaseException]
) -> None:
    door = Door()
    before, after = waiting(door, one, raises(end())), waiting(door, one)
    with pytest.raises(end):
        door.pass_through(one)
    assert all(isinstance(each.error, StoreError) for each in [*before, *after])


def test_a_busy_database_is_waited_for_once_for_all(site: Site) -> None:
    door, tries = Door(), []

    def busy() -> int:
        tries.append(1)
        raise StoreBusy

    callers = waiting(door, busy, busy, busy)
    with pytest.raises(StoreBusy):
        door.pass_through(busy)
    assert len(tries) == 1
    assert all(isinstance(each.error, StoreBusy) for each in callers)


def test_who_waits_too_long_takes_its_part_back(site: Site) -> None:
    door = Door(patience=0.05)
    with door._committing, pytest.raises(StoreBusy):
        door.pass_through(one)
    assert door._waiting == []


def test_who_was_taken_along_waits_for_the_end_of_that_commit(site: Site) -> None:
    door = Door(patience=0.05)
    answers: list[int] = []
    taken, go_on = threading.Event(), threading.Event()

    def first() -> int:
        with door._putting:
            late.start()
        while not door._waiting:
            threading.Event().wait(0.001)
        door._commit(1.0)
        taken.set()
        go_on.wait(240)
        return 1

    def pass_through(work: Callable[[], int]) -> None:
        answers.append(door.pass_through(work))
        connections.close_all()

    late = threading.Thread(target=pass_through, args=(lambda: 7,))
    leader = threading.Thread(target=pass_through, args=(first,))
    leader.start()
    assert taken.wait(240)
    late.join(0.2)
    assert late.is_alive()
    go_on.set()
    leader.join()
    late.join()
    assert sorted(answers) == [1, 7]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no gate")
@pytest.mark.parametrize("stopped", [False, True], ids=["busy", "stopped"])
def test_nobody_waits_for_ever_for_a_process_that_holds_the_gate(
    site: Site, settings: Any, stopped: bool
) -> None:
    door = Door(patience=0.05)
    file = settings.DATA / "write.lock"
    with held(file, stopped=stopped), pytest.raises(StoreBusy):
        door.pass_through(one)
    assert door.pass_through(one) == 1
