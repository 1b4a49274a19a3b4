"""Limits hold, and what ended a run is told in a sentence."""

from __future__ import annotations

import dataclasses
import os
import signal
from typing import Any

import pytest

from qubecb.runner.order import MEBIBYTE, Limits
from qubecb.runner.outcome import RunState
from tests.core.runner.rig import PATIENT, Running, python_host, text


def limits(**changed: Any) -> Limits:
    return dataclasses.replace(PATIENT, **changed)


def test_5_gib_are_more_than_the_limit_of_memory(both: Running) -> None:
    outcome = both.run("kept = b'x' * (5 << 30)", limits=limits(memory=1024 * MEBIBYTE))
    assert outcome.state is RunState.FAILED
    assert outcome.reason == "exceeded 1 GiB of memory"


def test_memory_of_all_its_processes_counts(both: Running) -> None:
    source = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        break
kept = b'x' * (60 << 20)
time.sleep(60)
"""
    outcome = both.run(source, limits=limits(memory=150 * MEBIBYTE))
    assert outcome.reason == "exceeded 150 MiB of memory"


def test_memory_that_processes_share_counts_once(both: Running) -> None:
    source = """
import os, time
kept = b'x' * (60 << 20)
for _ in range(5):
    if os.fork() == 0:
        break
time.sleep(0.8)
"""
    outcome = both.run(source, limits=limits(memory=150 * MEBIBYTE))
    assert outcome.state is RunState.SUCCEEDED, outcome.reason


def test_processor_time_is_limited(both: Running) -> None:
    outcome = both.run("while True: pass", limits=limits(cpu=0.3))
    assert outcome.state is RunState.FAILED
    assert outcome.reason == "exceeded 0.3 s of processor time"


def test_processes_are_limited(both: Running) -> None:
    source = """
import subprocess, time
kept = [subprocess.Popen(['sleep', '60']) for _ in range(40)]
time.sleep(60)
"""
    outcome = both.run(source, limits=limits(processes=20))
    assert outcome.state is RunState.FAILED
    assert outcome.reason == "exceeded 20 processes and threads"
    assert outcome.grandchildren == 0


def test_nothing_is_counted_for_a_run_that_waits_for_its_process(own: Running) -> None:
    own.settle()
    os.kill(python_host(own), signal.SIGSTOP)
    run_id = own.start("friendly.py", limits(processes=3), directory=own.elsewhere)
    outcome = own.wait(run_id)
    assert outcome.state is RunState.SUCCEEDED, outcome.reason


def test_threads_are_limited(both: Running) -> None:
    source = """
import threading, time
for _ in range(100):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
time.sleep(60)
"""
    outcome = both.run(source, limits=limits(processes=50))
    assert outcome.reason == "exceeded 50 processes and threads"


def test_open_files_are_limited(both: Running) -> None:
    source = "kept = [open('/dev/null') for _ in range(100)]"
    outcome = both.run(source, limits=limits(files=50))
    assert outcome.reason.startswith("OSError: [Errno 24] Too many open files")


def test_niceness_is_set(both: Running) -> None:
    outcome = both.run("import os; print(os.nice(0))", limits=limits(nice=7))
    assert text(outcome) == f"{min(os.nice(0) + 7, 19)}\n"


@pytest.mark.parametrize("name", ["script.py", "script.pl"])
def test_a_run_can_be_cancelled(both: Running, name: str) -> None:
    both.write("import time; time.sleep(60)" if name[-1] == "y" else "sleep 60;", name)
    run_id = both.start(name, PATIENT)
    both.runner.cancel(run_id, "ended by jo")
    outcome = both.wait(run_id)
    assert (outcome.state, outcome.reason) == (RunState.CANCELLED, "ended by jo")
