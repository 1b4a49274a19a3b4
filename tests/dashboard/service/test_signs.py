"""A child that is silent is replaced, and only time in which `up` ran counts as silence."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.service import signs
from dashboard.service.children import Service
from dashboard.service.signs import (
    BEGINNING,
    LONGEST_LOOK,
    SILENCE,
    Signs,
    answers,
    give,
)
from tests.dashboard.service.door.conftest import Serve, serve
from tests.end_to_end.installation import wait_until

__all__ = ["serve"]
QUIET = """
import os, sys, time
descriptor = int(sys.argv[sys.argv.index("--signs") + 1])
while True:
    os.write(descriptor, b".")
    time.sleep(0.05)
"""


def looks(heard: Signs, seconds: float, every: float = 0.05) -> bool:
    """Look now and then for so long; whether it was silent for too long in the end."""
    now = heard._looked_at
    silent = False
    for number in range(1, round(seconds / every) + 1):
        silent = heard.is_silent(now + number * every)
    return silent


@pytest.fixture
def heard() -> Signs:
    """Signs of a child that has given its first."""
    made = Signs()
    made.begin(100.0)
    os.write(made.descriptor, b".")
    assert not made.is_silent(100.0)
    return made


def test_who_is_silent_for_too_long_is_found(heard: Signs) -> None:
    assert not looks(heard, SILENCE - 1)
    assert looks(heard, 2)


def test_each_sign_counts_anew(heard: Signs) -> None:
    for _ in range(5):
        assert not looks(heard, SILENCE - 1)
        os.write(heard.descriptor, b".")


def test_time_in_which_up_was_stopped_or_slept_does_not_count(heard: Signs) -> None:
    assert not heard.is_silent(100.0 + 8 * 3600)
    assert not looks(heard, SILENCE - LONGEST_LOOK - 1)


def test_a_child_may_take_its_time_to_begin() -> None:
    made = Signs()
    made.begin(100.0)
    assert not looks(made, BEGINNING - 1)
    assert looks(made, 2)


def test_signs_of_the_one_before_do_not_count(heard: Signs) -> None:
    os.write(heard.descriptor, b"...")
    heard.begin(200.0)
    assert not looks(heard, SILENCE + 1)


def test_signs_end_when_the_main_loops_turn_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signs, "BEAT", 0.01)
    monkeypatch.setattr(signs, "STUCK", 0.2)
    made, turning = Signs(), [True]
    give(made.descriptor, lambda: turning[0])
    wait_until(made._hear, "there are signs")
    turning[0] = False
    wait_until(lambda: _is_quiet(made), "there are none")
    turning[0] = True
    wait_until(made._hear, "there are signs again")


def _is_quiet(made: Signs) -> bool:
    made._hear()
    time.sleep(0.1)
    return not made._hear()


def test_a_full_pipe_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "BEAT", 0.01)
    made = Signs()
    while _filled(made.descriptor):
        pass
    asked: list[int] = []

    def proof() -> bool:
        asked.append(1)
        return True

    give(made.descriptor, proof)
    wait_until(lambda: len(asked) > 5, "it goes on")


def _filled(descriptor: int) -> bool:
    try:
        return os.write(descriptor, b"." * 65536) > 0
    except BlockingIOError:
        return False


def test_a_web_process_proves_that_it_answers_by_a_request_to_itself(
    serve: Serve,
) -> None:
    assert answers(("127.0.0.1", serve().port))
    with socket.create_server(("127.0.0.1", 0)) as stopped:
        assert not answers(stopped.getsockname())


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A child that gives signs and does nothing else."""
    monkeypatch.setattr(signs, "SILENCE", 1.0)
    monkeypatch.setattr("dashboard.service.children.SILENCE", 1.0)
    program = tmp_path / "quiet.py"
    program.write_text(QUIET)
    made = Service("quiet", [], loss="; what it had is lost")
    made._command[1] = str(program)
    yield made
    made.see_ended(time.monotonic())


def pid(service: Service) -> int:
    return service._child.pid if service._child else 0


def looked(service: Service, until: Any) -> None:
    """Go on as `up` does until something is so."""

    def turn() -> bool:
        service.look()
        return bool(until())

    wait_until(turn, "it has come about")


def test_a_stopped_child_is_replaced_and_the_log_says_what_is_lost(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    looked(service, lambda: service._signs._heard)
    first = pid(service)
    os.kill(first, signal.SIGSTOP)
    looked(service, lambda: pid(service) not in (0, first))
    assert (
        "gave no sign of life for 1 s and is replaced; what it had is lost"
        in caplog.text
    )
    looked(service, lambda: service._signs._heard)


def test_a_child_that_gives_signs_is_left_alone(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signs, "SILENCE", 3.0)  # 60 signs that nobody hears
    looked(service, lambda: service._signs._heard)
    first, until = pid(service), time.monotonic() + 4.0
    looked(service, lambda: time.monotonic() > until)
    assert pid(service) == first
