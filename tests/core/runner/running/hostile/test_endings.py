"""Scripts that end in unusual ways."""

from __future__ import annotations

import pytest

from qubecb.runner.outcome import RunState
from qubecb.runner.running.reasons import SYS_EXIT
from tests.core.runner.rig import PATIENT, Running, text


@pytest.mark.parametrize(
    "source",
    [
        "import sys; sys.exit()",
        "import sys; sys.exit(0)",
        "import sys; sys.exit(None)",
        "quit()",
        "exit()",
        "raise SystemExit",
        "import sys; sys.exit(256)",
    ],
)
def test_leaving_with_0_is_success_with_a_remark(hostile: Running, source: str) -> None:
    outcome = hostile.run(source)
    assert (outcome.state, outcome.exit) == (RunState.SUCCEEDED, 0)
    assert outcome.notes == (SYS_EXIT,)


def test_what_a_callback_forks_is_not_taken_for_the_callback(hostile: Running) -> None:
    source = "import os, sys\nif os.fork():\n  os.wait()\nelse:\n  sys.exit()\n"
    outcome = hostile.run(source, limits=PATIENT)
    assert (outcome.state, outcome.notes) == (RunState.SUCCEEDED, ())
    source = "import os\nif os.fork():\n  os.wait(); os._exit(3)\nelse:\n  1 / 0\n"
    assert hostile.run(source, limits=PATIENT).reason == "exited with status 3"


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("import sys; sys.exit(3)", 3),
        ("import sys; sys.exit(-1)", 255),
        ("import os; os._exit(4)", 4),
        ("import os; os.execv('/bin/sh', ['sh', '-c', 'exit 5'])", 5),
    ],
)
def test_leaving_with_another_status_is_a_failure(
    hostile: Running, source: str, status: int
) -> None:
    outcome = hostile.run(source)
    assert (outcome.state, outcome.exit) == (RunState.FAILED, status)
    assert outcome.reason == f"exited with status {status}"


def test_a_text_given_to_sys_exit_is_printed(hostile: Running) -> None:
    outcome = hostile.run("import sys; sys.exit('no such shot')")
    assert (outcome.state, outcome.exit) == (RunState.FAILED, 1)
    assert text(outcome) == "no such shot\n"


def test_os_exit_with_0_is_success(hostile: Running) -> None:
    outcome = hostile.run("import os; os._exit(0)")
    assert (outcome.state, outcome.reason) == (RunState.SUCCEEDED, "")


def test_another_program_in_its_place_is_the_run(hostile: Running) -> None:
    outcome = hostile.run("import os; os.execv('/bin/echo', ['echo', 'hello'])")
    assert outcome.state is RunState.SUCCEEDED
    assert text(outcome) == "hello\n"


def test_system_exit_in_a_thread_ends_the_thread_only(hostile: Running) -> None:
    source = """
import threading
def leave():
    raise SystemExit(3)
thread = threading.Thread(target=leave)
thread.start()
thread.join()
print('still here')
"""
    outcome = hostile.run(source)
    assert (outcome.state, text(outcome)) == (RunState.SUCCEEDED, "still here\n")


@pytest.mark.parametrize(
    ("source", "number", "reason"),
    [
        ("import os; os.abort()", 6, "killed by signal 6 (aborted)"),
        (
            "import ctypes; ctypes.string_at(0)",
            11,
            "killed by signal 11 (segmentation fault)",
        ),
        (
            "import os; os.kill(os.getpid(), 9)",
            9,
            "killed by signal 9 (killed)",
        ),
        ("import os; os.killpg(0, 15)", 15, "killed by signal 15 (terminated)"),
        ("import os, signal; os.killpg(0, 9)", 9, "killed by signal 9 (killed)"),
        ("import os; os.kill(os.getpid(), 40)", 40, "killed by signal 40"),
    ],
)
def test_a_signal_that_we_did_not_send_is_a_crash(
    hostile: Running, source: str, number: int, reason: str
) -> None:
    outcome = hostile.run(source)
    assert (outcome.state, outcome.exit) == (RunState.CRASHED, -number)
    assert outcome.reason == reason


def test_endless_recursion_is_an_exception(hostile: Running) -> None:
    outcome = hostile.run("def again():\n    again()\nagain()\n", limits=PATIENT)
    assert outcome.state is RunState.FAILED
    assert outcome.reason.startswith("RecursionError: maximum recursion depth exceeded")
    assert outcome.traceback is not None
    assert len(outcome.traceback["frames"]) <= 100


def test_endless_recursion_without_python_s_limit_costs_one_run(
    hostile: Running,
) -> None:
    source = """
import sys
sys.setrecursionlimit(10**9)
class Deep:
    def __getattr__(self, name):
        return getattr(self, name)
Deep().x
"""
    outcome = hostile.run(source, limits=PATIENT)
    assert outcome.state in (RunState.CRASHED, RunState.FAILED)


def test_an_exception_in_atexit_is_shown(hostile: Running) -> None:
    source = "import atexit\natexit.register(lambda: 1 / 0)\nprint('done')\n"
    outcome = hostile.run(source)
    assert outcome.state is RunState.SUCCEEDED
    assert "ZeroDivisionError" in text(outcome)


def test_standard_input_is_empty(hostile: Running) -> None:
    outcome = hostile.run("import sys; print(repr(sys.stdin.read()))\ninput()\n")
    assert text(outcome).startswith("''\n")
    assert outcome.reason.startswith("EOFError: EOF when reading a line")
