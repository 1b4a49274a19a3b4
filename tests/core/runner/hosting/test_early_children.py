"""Children that an idle host forks before there is a run for them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from qubecb.runner.hosting.python_host import sessions
from tests.core.runner.rig import (
    PATIENT,
    Early,
    Running,
    python_host,
    succeeded,
    text,
    wait_until,
)


@pytest.fixture
def early(tmp_path: Path) -> Iterator[Early]:
    made = Early(tmp_path)
    yield made
    made.close()


def test_a_run_begins_in_a_process_that_is_there_already(early: Early) -> None:
    early.wait(early.friendly())
    early.until(lambda: bool(early.early()))
    (waiting,) = early.early()
    source = "import os; print(os.getpid(), os.getsid(0), os.getppid())"
    host = python_host(early)
    assert text(early.run(source)) == f"{waiting} {waiting} {host}\n"


def test_an_idle_host_has_one_and_no_more(early: Early) -> None:
    for _ in range(3):
        early.wait(early.friendly())
        early.until(lambda: bool(early.early()))
        assert len(early.early()) == 1


def test_it_is_told_all_that_its_run_is_told(early: Early) -> None:
    source = """
import os, resource
print(os.environ["QUBECB_RUN_ID"], os.environ.get("QUBECB_TEST"), os.getcwd())
print(sorted(os.listdir("/dev/fd"))[:4], resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""
    early.write(source)
    for test in (False, True):
        run_id = early.start(limits=PATIENT, test=test)
        said = text(early.wait(run_id)).splitlines()
        told = "1" if test else None
        assert said[0] == f"{run_id} {told} {early.scripts}"
        assert said[1] == f"['0', '1', '2', '3'] {PATIENT.files}"


def test_two_of_them_draw_other_numbers(early: Early) -> None:
    drawn = {text(early.run("import random; print(random.random())")) for _ in range(3)}
    assert len(drawn) == 3


def test_one_that_is_killed_costs_no_run(early: Early) -> None:
    early.wait(early.friendly())
    early.until(lambda: bool(early.early()))
    (waiting,) = early.early()
    os.kill(waiting, signal.SIGKILL)
    wait_until(lambda: sessions.read(waiting) is None)
    assert succeeded(
        early.wait(
            Running.start(early, "friendly.py", PATIENT, directory=early.elsewhere)
        )
    )


def test_it_ends_with_its_host(early: Early) -> None:
    early.wait(early.friendly())
    early.until(lambda: bool(early.early()))
    (waiting,) = early.early()
    os.kill(python_host(early), signal.SIGKILL)
    early.until(lambda: sessions.read(waiting) is None)


def test_a_request_that_a_dead_host_passed_on_is_carried_out_once(early: Early) -> None:
    early.wait(early.friendly())
    early.until(lambda: bool(early.early()))
    (waiting,) = early.early()
    starts = early.root / "starts"
    early.write(f"open({str(starts)!r}, 'a').write('started\\n')")
    os.kill(waiting, signal.SIGSTOP)
    run_id = Running.start(early, limits=PATIENT)
    early.until(
        lambda: len(early.early()) == 2
    )  # it was passed on, and the next one waits
    os.kill(python_host(early), signal.SIGKILL)
    assert succeeded(early.wait(run_id))
    assert starts.read_text() == "started\n"
