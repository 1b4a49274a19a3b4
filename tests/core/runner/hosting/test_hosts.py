"""Hosts that die or cannot fork, workers that are killed, farms that hang."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from qubecb.runner.farm.port import JobQuery
from qubecb.runner.hosting.python_host import sessions
from qubecb.runner.outcome import RunState
from tests.core.runner.rig import (
    PATIENCE,
    PATIENT,
    Running,
    python_host,
    succeeded,
    text,
    wait_until,
)


def test_a_killed_host_leaves_the_true_outcome_of_its_runs(own: Running) -> None:
    own.settle()
    own.write("import time; time.sleep(0.3); print('end'); raise SystemExit(3)")
    run_ids = [own.start(limits=PATIENT) for _ in range(3)]
    own.until(lambda: all(map(own.has_process, run_ids)))
    os.kill(python_host(own), signal.SIGKILL)
    for run_id in run_ids:
        outcome = own.wait(run_id)
        assert (outcome.state, outcome.exit) == (RunState.FAILED, 3)
        assert text(outcome) == "end\n"


def test_a_run_took_as_long_as_its_host_says_though_its_hello_is_read_last(
    own: Running,
) -> None:
    own.settle()
    own.write("import time; time.sleep(0.3)")
    run_id = own.start(limits=PATIENT)
    host = own.runner._hosts.for_python()
    wait_until(lambda: select.select([host], [], [], 0.0)[0])
    own.runner._news.said(host)
    assert own.wait(run_id).seconds >= 0.3


def test_a_killed_host_is_replaced_by_one_that_was_ready_before(own: Running) -> None:
    own.settle()
    ready, killed = own.hosts(), python_host(own)
    os.kill(killed, signal.SIGKILL)
    run_id = own.friendly()
    own.until(lambda: own.has_process(run_id))
    assert python_host(own) in ready - {killed}
    assert succeeded(own.wait(run_id))


def test_what_a_host_had_not_started_is_started_by_the_next(own: Running) -> None:
    own.settle()
    host = python_host(own)
    os.kill(host, signal.SIGSTOP)
    run_ids = [own.friendly() for _ in range(3)]
    os.kill(host, signal.SIGKILL)
    assert all(succeeded(own.wait(run_id)) for run_id in run_ids)


def test_no_number_of_them_that_kill_their_parents_reaches_the_worker(
    own: Running,
) -> None:
    own.write("import os; os.kill(os.getppid(), 9)")
    own.write("kill 9, getppid;", "script.pl")
    for _ in range(5):
        run_ids = [own.start(limits=PATIENT) for _ in range(6)]
        run_ids += [own.start("script.pl", PATIENT) for _ in range(2)]
        states = {own.wait(run_id).state for run_id in run_ids}
        assert states <= {RunState.SUCCEEDED, RunState.LOST}
    assert succeeded(own.wait(own.friendly()))


def test_a_killed_keeper_is_replaced_and_costs_no_run(own: Running) -> None:
    own.settle()
    keeper = own.runner._hosts.all[0].pid
    assert keeper is not None
    run_ids = [own.friendly() for _ in range(3)]
    before = own.hosts()
    os.kill(keeper, signal.SIGKILL)
    assert all(succeeded(own.wait(run_id)) for run_id in run_ids)
    own.until(lambda: not own.hosts() & before)
    own.settle()
    os.kill(python_host(own), signal.SIGKILL)
    assert succeeded(own.wait(own.friendly()))


def test_a_stopped_host_is_found_and_replaced(own: Running) -> None:
    own.settle()
    os.kill(python_host(own), signal.SIGSTOP)
    assert succeeded(own.wait(own.friendly()))


def test_a_killed_launcher_is_replaced(own: Running) -> None:
    own.settle()
    launcher = own.runner._hosts.for_programs().pid
    assert launcher is not None
    os.kill(launcher, signal.SIGKILL)
    assert succeeded(own.run("print 1;", "script.pl", PATIENT))


def test_modules_that_leave_threads_forbid_forking(tmp_path: Path) -> None:
    (tmp_path / "threaded.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True, name='spy').start()\n"
    )
    root = tmp_path / "root"
    root.mkdir()
    from tests.core.runner.rig import environment

    running = Running(
        root, preload=("threaded",), environment=environment(PYTHONPATH=str(tmp_path))
    )
    try:
        outcome = running.run("print('fresh')", limits=PATIENT)
        assert (succeeded(outcome), outcome.mode) == (True, "fresh")
        assert running.runner.remarks[0] == (
            "each Python callback starts a new interpreter: preloaded modules left threads"
            " running (spy), so the host cannot fork"
        )
    finally:
        running.close()


IGNORED = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1)


@pytest.fixture
def background() -> Iterator[None]:
    """Be started as by `nohup` in the background of a shell."""
    before = [(each, signal.signal(each, signal.SIG_IGN)) for each in IGNORED]
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
    yield
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR2])
    for each, handler in before:
        signal.signal(each, handler)


@pytest.mark.usefixtures("background")
@pytest.mark.parametrize("mode", ["fork", "fresh"])
def test_a_service_in_the_background_hands_on_no_deaf_ear(
    tmp_path: Path, mode: Literal["fork", "fresh"]
) -> None:
    running = Running(tmp_path, mode=mode)
    try:
        source = (
            "import signal as s\n"
            "print(s.getsignal(1) is s.SIG_DFL, s.getsignal(10) is s.SIG_DFL,"
            " s.getsignal(2) is s.default_int_handler, s.pthread_sigmask(s.SIG_BLOCK, []))"
        )
        outcome = running.run(source, limits=PATIENT)
        assert text(outcome) == "True True True set()\n"
        perl = 'print "$_=", $SIG{$_} // "", " " for qw(HUP INT QUIT USR1)'
        assert text(running.run(perl, "s.pl", PATIENT)) == "HUP= INT= QUIT= USR1= "
    finally:
        running.close()


def test_an_interpreter_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    running = Running(tmp_path, python="/no/such/python", mode="auto")
    try:
        outcome = running.run("print(1)", limits=PATIENT)
        assert outcome.state is RunState.FAILED
        assert "/no/such/python" in outcome.reason
    finally:
        running.close()


class HangingFarm:
    """A farm that never answers. Implements Farm."""

    def __init__(self) -> None:
        self.released = threading.Event()

    def jobinfo(self, query: JobQuery) -> Sequence[Mapping[str, Any]]:
        self.released.wait()
        return []

    def act(
        self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
    ) -> Sequence[str | int]:
        self.released.wait()
        return []


def test_a_farm_that_hangs_ends_in_an_exception_and_holds_up_nobody(
    tmp_path: Path,
) -> None:
    running = Running(tmp_path, farm_timeout=0.3)
    farm = HangingFarm()
    try:
        running.write("qb.kill(5)")
        run_id = running.start(limits=PATIENT, farm=farm)
        assert succeeded(running.wait(running.friendly()))
        outcome = running.wait(run_id)
        assert outcome.reason.startswith(
            "FarmTimeout: the farm did not answer within 0.3 s"
        )
    finally:
        farm.released.set()
        running.close()


def test_close_ends_runs_as_cancelled(own: Running) -> None:
    own.write("import time; time.sleep(60)")
    run_id = own.start(limits=PATIENT)
    own.until(lambda: own.has_process(run_id))
    (outcome,) = own.runner.close(0.0)
    assert outcome.state is RunState.CANCELLED
    assert outcome.reason == "stopped because qubecb shut down"
    own.runner = Running(_empty(own.root)).runner


def _empty(root: Path) -> Path:
    folder = root / "again"
    folder.mkdir()
    return folder


WORKER = """
import sys, pathlib
sys.path.insert(0, {repository!r})
from tests.core.runner.rig import PATIENT, Running
running = Running(pathlib.Path({root!r}))
running.write('import os, signal, time; signal.signal(15, signal.SIG_IGN); print(os.getpid()); time.sleep(60)')
running.write('$SIG{{TERM}} = "IGNORE"; print "$$\\\\n"; sleep 60;', 'script.pl')
runs = [running.start('script.py', PATIENT), running.start('script.pl', PATIENT)]
running.until(lambda: all(running.live_output(run).endswith(b'\\n') for run in runs))
print(*[running.live_output(run).decode().strip() for run in runs], *running.hosts(), flush=True)
while True:
    running.runner.poll(1)
"""


def test_when_the_worker_is_killed_nothing_of_its_runs_is_left(tmp_path: Path) -> None:
    repository = str(Path(__file__).parents[4])
    source = WORKER.format(repository=repository, root=str(tmp_path))
    with subprocess.Popen(
        [sys.executable, "-c", source], stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout is not None
        started = [int(pid) for pid in worker.stdout.readline().split()]
        assert len(sessions.snapshot(started)) == len(started) >= 4
        worker.kill()
    deadline = time.monotonic() + PATIENCE
    while sessions.snapshot(started) and time.monotonic() < deadline:
        os.sched_yield()
    assert sessions.snapshot(started) == {}
