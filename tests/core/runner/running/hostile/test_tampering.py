"""Scripts that change what they stand on: modules, streams, the process, the files."""

from __future__ import annotations

import pytest

from qubecb.runner.outcome import RunState
from tests.core.runner.rig import Running, text


@pytest.mark.parametrize(
    "source",
    [
        "import sys; sys.stdout = None; sys.stderr = 5",
        "import sys; sys.stdout.close(); sys.stderr.close()",
        "import builtins; builtins.print = None; builtins.__dict__.clear()",
        "import sys; sys.modules.clear()",
        "import sys; sys.modules = {}",
        "import sys; sys.modules['threading'] = None; sys.modules['io'] = 1",
        "import qb; qb.__dict__.clear()",
        "import os; os._exit = os.write = os.read = None",
        "import sys; sys.setrecursionlimit(60)",
        "import sys; sys.settrace(lambda *a: 1/0)",
        "import gc; gc.disable(); gc.set_threshold(1)",
        "import os; os.environ.clear(); os.chdir('/'); os.umask(0o777)",
        "import os; os.setsid() if 0 else os.setpgid(0, 0) if 0 else None",
        "import signal\nfor n in (1, 2, 15): signal.signal(n, lambda *a: None)",
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (5, 5))",
        "import locale; locale.setlocale(locale.LC_ALL, 'C')",
        "import os; os.nice(19)",
        "import sys; sys.exc_info = sys.excepthook = None",
        "import sys; sys.path[:] = []; sys.path_hooks[:] = []; sys.meta_path[:] = []",
        "import threading; threading._shutdown = None; threading.__dict__.clear()",
        "import os; os.unlink(__file__)",
    ],
)
def test_the_next_run_sees_nothing_of_it(hostile: Running, source: str) -> None:
    outcome = hostile.run(source)
    assert outcome.state in (RunState.SUCCEEDED, RunState.FAILED), outcome.reason


def test_a_directory_that_deletes_itself_costs_one_run(hostile: Running) -> None:
    doomed = hostile.root / "doomed"
    doomed.mkdir()
    (doomed / "script.py").write_text(
        "import os, shutil; shutil.rmtree(os.path.dirname(__file__)); print('gone')"
    )
    outcome = hostile.wait(hostile.start(directory=doomed))
    assert (outcome.state, text(outcome)) == (RunState.SUCCEEDED, "gone\n")


@pytest.mark.parametrize("number", ["SIGKILL", "SIGTERM", "SIGSTOP"])
def test_a_signal_to_its_parent_harms_no_other_run(
    hostile: Running, number: str
) -> None:
    source = f"""
import os, signal, time
os.kill(os.getppid(), signal.{number})
time.sleep(0.2)
print('still here')
"""
    outcome = hostile.run(source)
    assert (outcome.state, text(outcome)) == (RunState.SUCCEEDED, "still here\n")


def test_its_parent_is_never_the_worker(hostile: Running) -> None:
    outcome = hostile.run("import os; print(os.getppid())")
    assert int(text(outcome)) in hostile.hosts()


def test_a_custom_excepthook_is_called(hostile: Running) -> None:
    source = "import sys\nsys.excepthook = lambda *a: print('mine', a[0].__name__)\n1/0"
    outcome = hostile.run(source)
    assert text(outcome).startswith("mine ZeroDivisionError\n")
    assert outcome.reason == "ZeroDivisionError: division by zero (script.py, line 3)"


def test_a_repr_that_fails_or_hides_does_not_spoil_the_traceback(
    hostile: Running,
) -> None:
    source = """
class Bad:
    def __repr__(self):
        raise SystemExit(0)
bad, long = Bad(), 'x' * 1000
settings = {'password': 'hunter2', 'user': 'jo'}
api_token = 'abc'
1/0
"""
    found = hostile.run(source).traceback
    assert found is not None
    assert found["locals"]["bad"] == "<Bad whose repr() raised SystemExit>"
    assert len(found["locals"]["long"]) == 200
    assert found["locals"]["settings"] == "{'password': '********', 'user': 'jo'}"
    assert set(found["locals"]["api_token"]) == {"*"}
