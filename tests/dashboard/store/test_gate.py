"""Writers take turns at the gate, and nobody waits at it for ever."""

from __future__ import annotations

import fcntl
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from dashboard.machine.gate import Gate
from qubecb.errors import StoreBusy
from tests.dashboard.store.holding import held

SOON, LATE = 0.05, 240.0


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    """The file of a gate that is called `a.lock`."""
    settings.DATA = tmp_path
    return tmp_path / "a.lock"


def is_free(file: Path) -> bool:
    """Whether somebody else gets the lock at once."""
    with file.open("a") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def enter(gate: Gate, seconds: float) -> None:
    """Pass through."""
    with gate.passed(seconds):
        pass


@pytest.mark.parametrize("stopped", [False, True], ids=["busy", "stopped"])
def test_who_waits_too_long_is_told_that_it_is_busy(file: Path, stopped: bool) -> None:
    with held(file, stopped=stopped), pytest.raises(StoreBusy):
        enter(Gate("a.lock"), SOON)


def test_a_thread_of_the_same_process_holds_nobody_up_for_ever(file: Path) -> None:
    gate = Gate("a.lock")
    told: list[Exception] = []

    def wait() -> None:
        try:
            enter(gate, SOON)
        except StoreBusy as error:
            told.append(error)

    with gate.passed(LATE):
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join()
    assert len(told) == 1
    enter(gate, SOON)


def test_who_waits_gets_it_as_soon_as_it_is_free(file: Path) -> None:
    gate, inside = Gate("a.lock"), threading.Event()

    def wait() -> None:
        with gate.passed(LATE):
            inside.set()

    thread = threading.Thread(target=wait)
    with held(file):
        thread.start()
        assert not inside.wait(SOON)
    thread.join()
    assert inside.is_set()
    assert is_free(file)


def test_who_gave_up_keeps_the_gate_from_nobody(file: Path) -> None:
    with held(file), pytest.raises(StoreBusy):
        enter(Gate("a.lock"), SOON)
    deadline = time.monotonic() + LATE
    while not is_free(file):
        assert time.monotonic() < deadline


def test_the_next_one_waits_in_the_place_of_who_gave_up(file: Path) -> None:
    gate = Gate("a.lock")
    before = threading.active_count()
    with held(file):
        for _ in range(3):
            with pytest.raises(StoreBusy):
                enter(gate, SOON)
        assert threading.active_count() <= before + 1
    enter(gate, LATE)
    assert is_free(file)


def test_the_gate_is_held_while_somebody_is_inside(file: Path) -> None:
    gate = Gate("a.lock")
    with gate.passed(LATE):
        assert not is_free(file)
    assert is_free(file)
