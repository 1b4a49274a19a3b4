"""What can hurt the machine, under a user that nobody else is, and with hard limits.

Only root can become another user, so that elsewhere these are not run.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qubecb.runner.outcome import RunState
from qubecb.runner.settings import User
from tests.core.runner.rig import PATIENT, Running, text
from tests.core.runner.running.hostile.conftest import unharmed

NOBODY_ELSE = 64321
FEW = dataclasses.replace(PATIENT, processes=100)
#: Hard, so that a mistake of ours cannot hurt either.
BOUNDED = "import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (400, 400))\n"

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("python3", path="/usr/bin") is None,
    reason="needs root, and an interpreter that every user may read",
)


@pytest.fixture(scope="module", params=["fork", "fresh"])
def throwaway(request: pytest.FixtureRequest) -> Iterator[Running]:
    root = Path(tempfile.mkdtemp(prefix="qubecb-"))
    root.chmod(0o755)
    running = Running(
        root,
        mode=request.param,
        python=shutil.which("python3", path="/usr/bin"),
        run_as=User.named(str(NOBODY_ELSE)),
    )
    for folder in (running.scripts, running.elsewhere, running.settings.scratch):
        folder.chmod(0o755)
    yield running
    running.close()
    shutil.rmtree(root)


@pytest.fixture
def harmless(throwaway: Running) -> Iterator[Running]:
    with unharmed(throwaway):
        yield throwaway


def test_it_is_another_user_s_process(harmless: Running) -> None:
    source = (
        "import os; print(os.getuid(), os.getgid(), os.getgroups(), os.environ['HOME'])"
    )
    outcome = harmless.run(source, limits=PATIENT)
    assert text(outcome) == f"{NOBODY_ELSE} {NOBODY_ELSE} [] /\n"


def test_it_cannot_become_root_again(harmless: Running) -> None:
    outcome = harmless.run("import os; os.setuid(0)", limits=PATIENT)
    assert outcome.reason.startswith("PermissionError")


def test_a_fork_bomb_is_defused(harmless: Running) -> None:
    source = BOUNDED + (
        "import os\nwhile True:\n    try:\n        os.fork()\n"
        "    except OSError:\n        pass\n"
    )
    outcome = harmless.run(source, limits=FEW)
    assert outcome.state is RunState.FAILED
    assert outcome.reason == "exceeded 100 processes and threads"


def test_10000_threads_are_too_many(harmless: Running) -> None:
    source = BOUNDED + (
        "import threading, time\nfor _ in range(10000):\n"
        "    threading.Thread(target=time.sleep, args=(60,)).start()\n"
    )
    outcome = harmless.run(source, limits=FEW)
    assert outcome.state is RunState.FAILED
    assert outcome.reason == "exceeded 100 processes and threads"


def test_a_signal_to_everybody_reaches_no_host_and_no_worker(
    throwaway: Running,
) -> None:
    throwaway.settle()
    hosts = throwaway.hosts()
    outcome = throwaway.run(
        "import os; os.kill(-1, 9); print('survived')", limits=PATIENT
    )
    assert outcome.state in (RunState.SUCCEEDED, RunState.CRASHED)
    assert throwaway.hosts() == hosts
    assert throwaway.wait(throwaway.friendly()).state is RunState.SUCCEEDED
