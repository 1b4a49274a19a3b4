"""Processes that a callback starts: they may stay, are counted, or end with it."""

from __future__ import annotations

import os
import signal

import pytest

from qubecb.runner.hosting.python_host import sessions
from qubecb.runner.outcome import Outcome, RunState
from tests.core.runner.rig import LIMITS, PATIENT, Running, text

POPEN = """
import subprocess
child = subprocess.Popen(['sleep', '60'{options})
print(child.pid)
"""
DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(1, b'%d\\n' % os.getpid())
        time.sleep(60)
    os._exit(0)
os.wait()
time.sleep(0.2)
"""
PERL = "my $pid = fork(); if (!$pid) { sleep 60; exit } print qq($pid\\n);"


def left_by(outcome: Outcome) -> sessions.Process:
    """The process whose id the script printed; it is ended here, having been seen."""
    process = sessions.read(int(text(outcome)))
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    return process


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (POPEN.format(options="]"), "script.py"),
        (POPEN.format(options="], stdout=-3, stderr=-3"), "script.py"),
        (POPEN.format(options="], start_new_session=True"), "script.py"),
        (
            POPEN.format(options="], start_new_session=True, stdout=-3, stderr=-3"),
            "script.py",
        ),
        (DAEMON, "script.py"),
        (PERL, "script.pl"),
    ],
    ids=["plain", "silent", "own session", "own session, silent", "daemon", "perl"],
)
def test_what_a_callback_leaves_lives_on_and_is_counted(
    hostile: Running, source: str, name: str
) -> None:
    outcome = hostile.run(source, name)
    assert outcome.state is RunState.SUCCEEDED
    assert outcome.grandchildren == 1
    left_by(outcome)


def test_many_are_counted(hostile: Running) -> None:
    source = "import os\nfor _ in range(70): os.system('sleep 60 &')\n"
    outcome = hostile.run(
        source,
        limits=PATIENT,
    )
    assert outcome.grandchildren == 70
    for process in hostile.processes():
        if process.session not in hostile.hosts() and process.threads == 1:
            os.kill(process.pid, signal.SIGKILL)


def test_a_callback_that_waits_for_its_child_leaves_none(hostile: Running) -> None:
    outcome = hostile.run("import subprocess; subprocess.run(['echo', 'done'])")
    assert (text(outcome), outcome.grandchildren) == ("done\n", 0)


def test_at_a_timeout_who_left_the_session_is_counted_and_lives(
    hostile: Running,
) -> None:
    outcome = hostile.run(
        POPEN.format(options="], start_new_session=True") + "child.wait()",
        limits=LIMITS,
    )
    assert (outcome.state, outcome.grandchildren) == (RunState.TIMED_OUT, 1)
    left_by(outcome)


def test_late_output_is_dropped_and_takes_no_disk(hostile: Running) -> None:
    source = """
import os, time
if os.fork() == 0:
    time.sleep(0.2)
    os.write(1, b'late' * 1000)
    time.sleep(60)
"""
    outcome = hostile.run(source)
    assert outcome.grandchildren == 1
    followed = hostile.runner._leftovers._followed[outcome.run_id]
    hostile.until(lambda: followed[0].size > 0)
    hostile.until(lambda: followed[0].size == 0)
    for process in followed[1]:
        os.kill(process.pid, signal.SIGKILL)
