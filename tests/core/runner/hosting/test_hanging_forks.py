"""A module of the site that hangs in a child just forked, before the child says hello."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from qubecb.runner.hosting.python_host import sessions
from qubecb.runner.running import rounds
from tests.core.runner.rig import PATIENT, Running, environment, succeeded, wait_until

#: The first child that finds `hold` never returns from its fork.
MODULE = """\
import os, time
place = os.path.dirname(__file__)
hold, held = os.path.join(place, "hold"), os.path.join(place, "held")
def after_fork():
    try:
        os.rename(hold, held)
    except OSError:
        return
    with open(held, "w") as file:
        file.write(str(os.getpid()))
    while True:
        time.sleep(60)
os.register_at_fork(after_in_child=after_fork)
"""


class Hanging:
    """A run whose first child hangs; the script notes each start."""

    def __init__(self, folder: Path) -> None:
        (folder / "holding.py").write_text(MODULE)
        (folder / "root").mkdir()
        self.starts = folder / "starts"
        self.running = Running(
            folder / "root",
            mode="fork",
            preload=("holding",),
            environment=environment(PYTHONPATH=str(folder)),
        )
        self.running.settle()
        self.running.write(f"open({str(self.starts)!r}, 'a').write('started\\n')")
        (folder / "hold").touch()
        self.run_id = self.running.start(limits=PATIENT)
        held = folder / "held"
        wait_until(lambda: held.exists() and held.read_text())
        self.child = int(held.read_text())

    def host(self) -> int:
        pid = self.running.runner._hosts.for_python().pid
        assert pid is not None
        return pid

    def assert_it_is_started_once(self) -> None:
        assert succeeded(self.running.wait(self.run_id))
        assert self.starts.read_text() == "started\n"
        assert sessions.read(self.child) is None


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[Hanging]:
    made = Hanging(tmp_path)
    yield made
    made.running.close()


def test_it_does_not_keep_a_killed_host_from_being_replaced(hanging: Hanging) -> None:
    os.kill(hanging.host(), signal.SIGKILL)
    hanging.assert_it_is_started_once()


def test_another_host_starts_the_run(
    hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "HELLO", 3.0)
    hanging.assert_it_is_started_once()
