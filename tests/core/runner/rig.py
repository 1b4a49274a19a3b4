"""Runs scripts through a real Runner, and looks at what they leave behind."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qubecb.events import Event, parse_event
from qubecb.runner.farm.port import Farm, JobQuery
from qubecb.runner.hosting.python_host import sessions
from qubecb.runner.order import Limits, Order
from qubecb.runner.outcome import Outcome, RunState
from qubecb.runner.running.engine import Runner
from qubecb.runner.settings import RunnerSettings, callback_environment

#: For scripts that never end by themselves, and are stopped.
LIMITS = Limits(timeout=1.0, grace=0.3)
#: For all others: a machine may be very busy.
PATIENT = Limits(timeout=180.0, grace=0.3)
#: Seconds that anything awaited may take here.
PATIENCE = 240.0
FRIENDLY = "import time\nprint('begin')\ntime.sleep(0.05)\nprint('end')\n"


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for something that happens by itself, without serving any runner."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "nothing came of it"
        time.sleep(0.005)


class OneJobFarm:
    """A farm with one job, which does whatever it is asked. Implements Farm."""

    def jobinfo(self, query: JobQuery) -> Sequence[Mapping[str, Any]]:
        return [{"id": 5042, "name": "shot_010", "status": "failed"}]

    def act(
        self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
    ) -> Sequence[str | int]:
        return list(targets)


def event(**members: Any) -> Event:
    told = {"name": "failed", "type": "work", "extra": "7", "job": {"id": 5042}}
    return parse_event({**told, **members}, now=0.0)


def environment(**more: str) -> dict[str, str]:
    """The environment of callbacks, without what this machine may set for Python."""
    ours = callback_environment()
    for name in ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"):
        ours.pop(name, None)
    return {**ours, **more}


class Running:
    """A Runner with its folders; every run is waited for here."""

    def __init__(self, root: Path, **settings: Any) -> None:
        self.root = root
        self.scripts = root / "callback"
        self.elsewhere = root / "elsewhere"
        for folder in (self.scripts, self.elsewhere):
            folder.mkdir(mode=0o755)
        (self.elsewhere / "friendly.py").write_text(FRIENDLY)
        settings.setdefault("environment", environment())
        self.settings = RunnerSettings(scratch=root / "scratch", **settings)
        # A browser's driver, for one, lives on from other tests.
        self._strangers = frozenset(sessions.snapshot())
        self.runner = Runner(self.settings)
        self._numbers = itertools.count(1)
        self.outcomes: dict[str, Outcome] = {}

    def write(self, source: str | bytes, name: str = "script.py") -> Path:
        path = self.scripts / name
        path.write_bytes(source.encode() if isinstance(source, str) else source)
        return path

    def start(
        self,
        name: str = "script.py",
        limits: Limits = PATIENT,
        *,
        directory: Path | None = None,
        farm: Farm | None = None,
        about: Event | None = None,
        **order: Any,
    ) -> str:
        about = about or event()
        run_id = f"run{next(self._numbers)}"
        self.runner.start(
            Order(
                run_id,
                directory or self.scripts,
                name,
                about,
                about.job,
                limits,
                **order,
            ),
            farm or OneJobFarm(),
        )
        return run_id

    def wait(self, run_id: str, seconds: float = PATIENCE) -> Outcome:
        self.until(lambda: run_id in self.outcomes, seconds)
        return self.outcomes[run_id]

    def until(self, reached: Callable[[], bool], seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < deadline, "nothing came of it"
            for outcome in self.runner.poll(0.05):
                assert outcome.run_id not in self.outcomes, "two outcomes of one run"
                self.outcomes[outcome.run_id] = outcome

    def has_process(self, run_id: str) -> bool:
        """Whether a run has one, or had: where nobody looks for long it may have ended."""
        run = self.runner._runs.get(run_id)
        return run is None or run.pid is not None

    def run(
        self,
        source: str | bytes,
        name: str = "script.py",
        limits: Limits = PATIENT,
        **more: Any,
    ) -> Outcome:
        self.write(source, name)
        return self.wait(self.start(name, limits, **more))

    def friendly(self) -> str:
        """Start a well-behaved callback of another directory."""
        return self.start("friendly.py", PATIENT, directory=self.elsewhere)

    def live_output(self, run_id: str) -> bytes:
        return (self.settings.output / run_id).read_bytes()

    def hosts(self) -> set[int]:
        return {host.pid for host in self.runner._hosts.all if host.pid is not None}

    def processes(self) -> list[sessions.Process]:
        """Everything that descends from us, but the hosts and what waits in their sessions."""
        living = sessions.snapshot()
        hosts = self.hosts()
        return [
            each
            for each in living.values()
            if each.session not in hosts and self._is_ours(each, living)
        ]

    def early(self) -> list[int]:
        """The processes that were forked before there is a run for them, of the present host."""
        host = python_host(self)
        living = sessions.members([host])
        return [each.pid for each in living if each.pid != host]

    def _is_ours(
        self, process: sessions.Process, living: Mapping[int, sessions.Process]
    ) -> bool:
        above: sessions.Process | None = process
        while above is not None and above.pid not in self._strangers:
            if above.parent == _OWN:
                return True
            above = living.get(above.parent)
        return False

    def settle(self) -> None:
        """Wait until the keeper, every host, and the spare of a forking one, are ready."""
        wanted = 2 if self.settings.mode == "fresh" else 4
        hosts = self.runner._hosts
        self.until(
            lambda: len(hosts.all) == wanted and all(host.ready for host in hosts.all)
        )

    def close(self) -> None:
        self.runner.close(0.0)


class Early(Running):
    """Each run is handed to a process that was forked before."""

    def __init__(self, root: Path, **settings: Any) -> None:
        super().__init__(root, mode="fork", **settings)
        self.settle()

    def start(self, *given: Any, **order: Any) -> str:
        if not self.early():
            self.wait(super().start("friendly.py", PATIENT, directory=self.elsewhere))
            self.until(lambda: bool(self.early()))
        return super().start(*given, **order)


_OWN = os.getpid()


def text(outcome: Outcome) -> str:
    return outcome.output.head.decode("utf-8", "replace")


def python_host(own: Running) -> int:
    """The process that forks the next Python callback."""
    pid = own.runner._hosts.for_python().pid
    assert pid is not None
    return pid


def succeeded(outcome: Outcome) -> bool:
    return outcome.state is RunState.SUCCEEDED
