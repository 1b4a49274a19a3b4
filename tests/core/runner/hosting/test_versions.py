"""A dozen scripts on every Python that is found on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qubecb.runner.outcome import RunState
from tests.core.runner.pythons import found
from tests.core.runner.rig import LIMITS, PATIENT, Running, environment, text


@pytest.fixture(scope="module", params=list(found()))
def version(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    root = tmp_path_factory.mktemp("version")
    running = Running(
        root, python=request.param, mode="fork", environment=environment()
    )
    yield running
    running.close()


SCRIPTS = {
    "hello": ("print('hello')", RunState.SUCCEEDED, "", "hello\n"),
    "qb": (
        "print(qb.jobid(), qb.event()['name'])",
        RunState.SUCCEEDED,
        "",
        "5042 failed\n",
    ),
    "jobinfo": (
        "import qb; print(qb.jobinfo('-id', 1)[0]['name'])",
        RunState.SUCCEEDED,
        "",
        "shot_010\n",
    ),
    "verb": ("print(qb.kill('5.0'))", RunState.SUCCEEDED, "", "['5.0']\n"),
    "sys.exit": ("import sys; sys.exit()", RunState.SUCCEEDED, "", ""),
    "status": ("import sys; sys.exit(3)", RunState.FAILED, "exited with status 3", ""),
    "exception": (
        "x = 1\n1/0\n",
        RunState.FAILED,
        "ZeroDivisionError: division by zero (script.py, line 2)",
        None,
    ),
    "abort": (
        "import os; os.abort()",
        RunState.CRASHED,
        "killed by signal 6 (aborted)",
        "",
    ),
    "python 2": ("print 'x'", RunState.FAILED, None, None),
    "thread": (
        "import threading\nthreading.Thread(target=lambda: print('t')).start()",
        RunState.SUCCEEDED,
        "",
        "t\n",
    ),
    "atexit": (
        "import atexit; atexit.register(print, 'bye')",
        RunState.SUCCEEDED,
        "",
        "bye\n",
    ),
    "popen": (
        "import subprocess; subprocess.call(['echo', 'x'])",
        RunState.SUCCEEDED,
        "",
        "x\n",
    ),
    "loop": ("while True: pass", RunState.TIMED_OUT, "stopped after 1 s", ""),
    "unicode": ("print('ä €')", RunState.SUCCEEDED, "", "ä €\n"),
    "del": (
        "import os\nclass A:\n  def __del__(self): print(os.sep)\na = A()",
        RunState.SUCCEEDED,
        "",
        "/\n",
    ),
}


FORKS = """\
import os, random, sys, threading, warnings
warnings.simplefilter("ignore")  # a process with threads is forked on purpose
go = threading.Event()
thread = threading.Thread(target=go.wait)
thread.start()
before = random.getstate()
pid = os.fork()
if pid == 0:
    reseeded = sys.version_info < (3, 7) or random.getstate() != before
    os._exit(0 if threading.active_count() == 1 and reseeded else 1)
status = os.waitpid(pid, 0)[1]
go.set()
thread.join()
main = threading.main_thread()
print(status, getattr(main, "native_id", os.getpid()) == os.getpid())
"""


def test_it_forks(version: Running) -> None:
    outcome = version.run("import sys; print(sys.version_info[0])", limits=PATIENT)
    assert (outcome.mode, text(outcome)) == ("fork", "3\n")
    assert version.runner.remarks == ()


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_end_as_on_the_newest(version: Running, name: str) -> None:
    source, state, reason, printed = SCRIPTS[name]
    outcome = version.run(source, limits=LIMITS if name == "loop" else PATIENT)
    assert outcome.state is state, text(outcome)
    assert reason is None or outcome.reason == reason
    assert printed is None or text(outcome) == printed


def test_a_script_may_have_threads_and_fork(version: Running) -> None:
    assert text(version.run(FORKS, limits=PATIENT)) == "0 True\n"


def test_random_numbers_are_other_ones_in_each_run(version: Running) -> None:
    source = "import random; print(random.random())"
    outcomes = [version.run(source, limits=PATIENT) for _ in range(3)]
    assert len({text(outcome) for outcome in outcomes}) == 3


def test_neighbours_are_compiled_anew(version: Running) -> None:
    for answer in ("1", "2"):
        (version.scripts / "neighbour.py").write_text(f"answer = {answer}\n")
        outcome = version.run(
            "import neighbour; print(neighbour.answer)", limits=PATIENT
        )
        assert text(outcome) == f"{answer}\n"
