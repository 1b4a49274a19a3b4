"""How fast callbacks run, against the least that is possible and against what else there is.

    python bench/runner.py [--rounds 5] [--count 400] [--parallel 8] [--only floor qubecb]

Prints one table: for each script, callbacks per second (median of the rounds, least and most),
latency and processor time, of

* floor: a process with the same modules loaded that forks, runs compiled code with a `qb` that
  answers constants, and reads the output back;
* qubecb: this runner, results handed to the worker but not stored;
* fresh, fresh -I: a new interpreter a run, the same binary in a clean virtual environment;
* webhook: Debian's `webhook` running the same script with the same binary, over HTTP.

The contenders take turns within each round, so that a busy machine hits all of them. Then how
long it takes from the worker's decision to a script's first line, one run at a time, and
whether each target is reached. Takes about four minutes.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.runner_table import Figures, Results, show, show_targets
from qubecb.events import parse_event
from qubecb.runner.farm.port import JobQuery
from qubecb.runner.hosting.pool import INSIDE
from qubecb.runner.order import Order
from qubecb.runner.outcome import Outcome, RunState
from qubecb.runner.running.engine import Runner
from qubecb.runner.settings import COMMON_MODULES, RunnerSettings, default_python

FLOOR = Path(__file__).with_name("runner_floor.py")
EVENT = parse_event(
    {
        "name": "submit",
        "type": "job",
        "job": {"id": 5042, "name": "shot_010", "status": "running", "user": "jo"},
    },
    now=0.0,
)
SUBMITTED = """\
import traceback

log = open({log!r}, 'a')
try:
    import qb
    job = qb.jobinfo("-id", qb.jobid())[0]
    log.write('submitted %(id)s: %(name)s\\n' % job)
except Exception:
    log.write(traceback.format_exc())
log.close()
"""
IMPORTS = "import json\nimport subprocess\nimport smtplib\nimport urllib.request\nprint('ok')\n"
PERL = 'print "job $qb::jobid\\n";\n'
CONSTANT_QB = """\
def jobid():
    return 5042


def jobinfo(*pairs):
    return [{"id": 5042, "name": "shot_010", "status": "running", "user": "jo"}]
"""

#: Its own start, as the clock says that all processes share.
FIRST_LINE = "import time\nprint(repr(time.monotonic()))\n"
#: Of `--count` callbacks how many those do that take an interpreter's start each.
SLOW = 0.5
#: Callbacks of each side and round whose start is measured.
STARTS = 60


class ConstantFarm:
    """A farm that knows one job. Implements Farm."""

    def jobinfo(self, query: JobQuery) -> Sequence[Mapping[str, Any]]:
        return [EVENT.job.as_dict()]

    def act(
        self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
    ) -> Sequence[str | int]:
        return list(targets)


class Bench:
    """Scripts, interpreters and folders that all contenders share."""

    def __init__(self, root: Path, count: int, parallel: int) -> None:
        self.root, self.count, self.parallel = root, count, parallel
        self.scripts = root / "callback"
        self.constant = root / "constant"
        for folder in (self.scripts, self.constant, root / "floor"):
            folder.mkdir()
        (self.constant / "qb.py").write_text(CONSTANT_QB)
        log = str(root / "submitted.log")
        (self.scripts / "submitted.py").write_text(SUBMITTED.format(log=log))
        (self.scripts / "imports.py").write_text(IMPORTS)
        (self.scripts / "hello.pl").write_text(PERL)
        (self.scripts / "first_line.py").write_text(FIRST_LINE)
        venv = root / "venv"
        subprocess.run(
            [default_python(), "-m", "venv", "--without-pip", str(venv)], check=True
        )
        self.python = str((venv / "bin" / "python").resolve())
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")
        }

    def floor(self, script: str) -> Figures:
        """The process that does nothing but fork."""
        path = str(self.scripts / script)
        return self._floor("fork", path, modules=COMMON_MODULES, python=self.python)

    def perl_floor(self, script: str) -> Figures:
        """The process that does nothing but spawn perl."""
        command = ["perl", "-I", str(INSIDE), "-Mqb", str(self.scripts / script)]
        return self._floor("spawn", modules=command, python=sys.executable)

    def _floor(
        self, kind: str, *first: str, modules: Sequence[str], python: str
    ) -> Figures:
        found = self._told(
            [python, str(FLOOR), kind, *first, *self._numbers(), *modules]
        )
        return Figures(
            self.count / found["elapsed"],
            found["latencies"],
            found["cpu"] / self.count,
        )

    def _numbers(self) -> tuple[str, str, str]:
        return (str(self.count), str(self.parallel), str(self.root / "floor"))

    def _told(self, command: Sequence[str]) -> dict[str, Any]:
        environment = self.environment | {"QBJOBID": "5042"}
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, check=True
        )
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def floor_starts(self) -> list[float]:
        """Seconds from the floor's decision to the first line, one at a time."""
        script, folder = str(self.scripts / "first_line.py"), str(self.root / "floor")
        command = [self.python, str(FLOOR), "fork", script, str(STARTS), "1", folder]
        starts: list[float] = self._told([*command, *COMMON_MODULES])["starts"]
        return starts

    def qubecb_starts(self, runner: Runner) -> list[float]:
        """Seconds from `Runner.start` being called to the first line, one at a time."""
        starts = []
        for number in range(STARTS):
            what = order(f"first-{number}", self.scripts, "first_line.py")
            at = time.monotonic()
            runner.start(what, ConstantFarm())
            while not (done := runner.poll(1.0)):
                pass
            starts.append(float(done[0].output.head) - at)
        return starts

    def fresh(self, script: str, *flags: str) -> Figures:
        """A new interpreter for each run, its output read through a pipe."""
        command = [self.python, *flags, str(self.scripts / script)]
        environment = self.environment | {"PYTHONPATH": str(self.constant)}

        def run() -> None:
            subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)

        return self._many(run)

    def webhook(self, port: int, script: str) -> Figures:
        """An HTTP request for each run."""
        address = f"http://127.0.0.1:{port}/hooks/{script.removesuffix('.py')}"

        def run() -> None:
            with urllib.request.urlopen(address) as answer:
                answer.read()

        return self._many(run)

    def _many(self, run: Callable[[], None]) -> Figures:
        count = max(1, int(self.count * SLOW))

        def timed(_: int) -> float:
            at = time.perf_counter()
            run()
            return time.perf_counter() - at

        with concurrent.futures.ThreadPoolExecutor(self.parallel) as pool:
            began = time.perf_counter()
            latencies = list(pool.map(timed, range(count)))
            return Figures(count / (time.perf_counter() - began), latencies)

    def qubecb(self, runner: Runner, script: str) -> Figures:
        """This runner."""
        started: dict[str, float] = {}
        latencies: list[float] = []
        began, used = time.perf_counter(), processor_time(runner)
        for number in range(self.count):
            run_id = f"{script}-{number}"
            started[run_id] = time.perf_counter()
            runner.start(order(run_id, self.scripts, script), ConstantFarm())
            while len(runner.running) >= self.parallel:
                take(runner.poll(1.0), started, latencies)
        while runner.running:
            take(runner.poll(1.0), started, latencies)
        elapsed = time.perf_counter() - began
        cpu = (processor_time(runner) - used) / self.count
        return Figures(self.count / elapsed, latencies, cpu)

    @contextlib.contextmanager
    def webhook_server(self) -> Iterator[int | None]:
        """Run webhook, if it is installed; give its port."""
        if shutil.which("webhook") is None:
            print("webhook is not installed; skipped")
            yield None
            return
        hooks = [
            {
                "id": name,
                "execute-command": self.python,
                "include-command-output-in-response": True,
                "pass-arguments-to-command": [
                    {"source": "string", "name": str(self.scripts / f"{name}.py")}
                ],
            }
            for name in ("submitted", "imports")
        ]
        (self.root / "hooks.json").write_text(json.dumps(hooks))
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        server = subprocess.Popen(
            [
                *("webhook", "-ip", "127.0.0.1", "-port", str(port)),
                *("-hooks", str(self.root / "hooks.json")),
            ],
            env=self.environment | {"PYTHONPATH": str(self.constant)},
        )
        try:
            wait_for(port)
            yield port
        finally:
            server.terminate()
            server.wait()


def warm(runner: Runner) -> None:
    """Wait until every host is ready, the spare too."""
    hosts = runner._hosts
    while len(hosts.all) < 4 or not all(host.ready for host in hosts.all):
        runner.poll(0.1)


def processor_time(runner: Runner) -> float:
    """Seconds that this process, the hosts and their ended children have used."""
    ticks = 0
    for host in runner._hosts.all:
        told = Path(f"/proc/{host.pid}/stat").read_text()
        ticks += sum(map(int, told.rpartition(")")[2].split()[11:15]))
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def wait_for(port: int) -> None:
    """Wait until somebody listens on the port."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port)),
        ):
            return
    raise SystemExit("webhook does not listen")


def order(run_id: str, folder: Path, script: str) -> Order:
    return Order(run_id, folder, script, EVENT, EVENT.job)


def take(
    outcomes: Sequence[Outcome], started: dict[str, float], latencies: list[float]
) -> None:
    for outcome in outcomes:
        if outcome.state is not RunState.SUCCEEDED:
            raise SystemExit(f"{outcome.run_id}: {outcome.reason}")
        latencies.append(time.perf_counter() - started.pop(outcome.run_id))


def settings(root: Path, bench: Bench, mode: Any) -> RunnerSettings:
    return RunnerSettings(
        scratch=root, python=bench.python, mode=mode, environment=bench.environment
    )


def contenders(
    bench: Bench, fork: Runner, port: int | None
) -> dict[tuple[str, str], Callable[[], Figures]]:
    """Everything that is measured, by script and name, the floor first."""
    found: dict[tuple[str, str], Callable[[], Figures]] = {}
    for script in ("submitted.py", "imports.py"):
        found[script, "floor"] = partial(bench.floor, script)
        found[script, "qubecb"] = partial(bench.qubecb, fork, script)
        found[script, "fresh"] = partial(bench.fresh, script)
        if script == "imports.py":  # -I hides the qb that `submitted.py` needs
            found[script, "fresh -I"] = partial(bench.fresh, script, "-I")
        if port is not None:
            found[script, "webhook"] = partial(bench.webhook, port, script)
    found["hello.pl", "floor"] = lambda: bench.perl_floor("hello.pl")
    found["hello.pl", "qubecb"] = lambda: bench.qubecb(fork, "hello.pl")
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--count", type=int, default=400)
    arguments.add_argument("--parallel", type=int, default=8)
    arguments.add_argument("--only", default=(), nargs="*", help="contenders")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), chosen.count, chosen.parallel)
        runner = Runner(settings(Path(name) / "scratch", bench, "fork"))
        warm(runner)
        with bench.webhook_server() as port:
            todo = {
                key: run
                for key, run in contenders(bench, runner, port).items()
                if not chosen.only or key[1] in chosen.only
            }
            results: Results = {key: [] for key in todo}
            floor, ours = [], []
            for _ in range(chosen.rounds):
                for key, run in todo.items():
                    results[key].append(run())
                floor.append(bench.floor_starts())
                ours.append(bench.qubecb_starts(runner))
        runner.close(1.0)
    show(results)
    show_targets(results, floor, ours)


if __name__ == "__main__":
    main()
