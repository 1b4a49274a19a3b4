"""Many runs, some of them hostile: does anything grow, stay, or slow down?

    python bench/soak.py [--runs 50000] [--hostile 2]

Prints one line for each tenth (callbacks a second, resident memory of worker and host), and then
what must hold: memory grows less than 5 MiB after the first tenth, no descriptor, process or
file is left, and the last tenth is at least 0.9 times as fast as the second.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.runner import EVENT, ConstantFarm
from bench.runner_table import verdict
from qubecb.runner.hosting.python_host import sessions
from qubecb.runner.order import Limits, Order
from qubecb.runner.outcome import Outcome
from qubecb.runner.running.engine import Runner
from qubecb.runner.settings import RunnerSettings

WELL_BEHAVED = {
    "hello.py": "print('hello')\n",
    "jobinfo.py": "print(qb.jobinfo('-id', qb.jobid())[0]['name'])\n",
    "hello.pl": 'print "job $qb::jobid\\n";\n',
}
HOSTILE = {
    "abort.py": "import os; os.abort()\n",
    "exit.py": "import os; os._exit(3)\n",
    "raise.py": "raise ValueError('no')\n",
    "loop.py": "while True: pass\n",
    "closing.py": "import os; os.closerange(0, 256)\n",
    "garbage.py": "import os; os.write(3, b'x' * 100000)\n",
    "parent.py": "import os; os.kill(os.getppid(), 9)\n",
    "output.py": "print('x' * 3000000)\n",
    "leaving.py": "import subprocess; subprocess.Popen(['sleep', '0.5'])\n",
    "syntax.py": "if\n",
    "missing.pl": "use No::Such::Module;\n",
}
LIMITS = Limits(timeout=20.0, grace=0.3)
SHORT = dataclasses.replace(LIMITS, timeout=0.3)
TENTHS = 10


class Soak:
    """The runner under test, and what is counted of it."""

    def __init__(self, root: Path, runs: int, hostile: int) -> None:
        self.folder = root / "callback"
        self.folder.mkdir()
        for name, source in (WELL_BEHAVED | HOSTILE).items():
            (self.folder / name).write_text(source)
        self.runs, self.hostile = runs, hostile
        self.states: dict[str, int] = {}
        self.runner = Runner(RunnerSettings(scratch=root / "scratch", mode="fork"))

    def order(self, number: int) -> Order:
        names = list(WELL_BEHAVED)
        if self.hostile and number % (100 // self.hostile) == 0:
            names = list(HOSTILE)
            number //= 100 // self.hostile
        name = names[number % len(names)]
        limits = SHORT if name == "loop.py" else LIMITS
        return Order(
            f"run{number}-{time.monotonic_ns()}",
            self.folder,
            name,
            EVENT,
            EVENT.job,
            limits,
        )

    def tenth(self, numbers: Iterable[int]) -> float:
        began, count = time.perf_counter(), 0
        for number in numbers:
            count += 1
            self.runner.start(self.order(number), ConstantFarm())
            while len(self.runner.running) >= 8:
                self.count(self.runner.poll(1.0))
        while self.runner.running:
            self.count(self.runner.poll(1.0))
        return count / (time.perf_counter() - began)

    def count(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self.states[outcome.state] = self.states.get(outcome.state, 0) + 1

    def resident(self) -> float:
        """MiB of the worker and its present host."""
        pids = [os.getpid(), self.runner._hosts.for_python().pid]
        found = sessions.snapshot(pids).values()
        return sum(each.pages for each in found) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def left(self) -> tuple[int, int]:
        """Processes that descend from us, zombies included, and live output files."""
        for _ in range(40):
            self.runner.poll(0.05)
        hosts = {host.pid for host in self.runner._hosts.all}
        below = hosts | {os.getpid()}
        others = {
            each.pid
            for each in sessions.snapshot().values()
            if each.parent in below and each.session not in hosts
        }
        ended = sum(len(sessions.zombies(pid)) for pid in below)
        return len(others) + ended, len(
            list(self.runner._starting.settings.output.iterdir())
        )


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--runs", type=int, default=50_000)
    arguments.add_argument("--hostile", type=int, default=2, help="per cent")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        soak = Soak(Path(name), chosen.runs, chosen.hostile)
        rates, sizes, opened, left = [], [], [], 0
        size = chosen.runs // TENTHS
        for tenth in range(TENTHS):
            rates.append(soak.tenth(range(tenth * size, (tenth + 1) * size)))
            processes, files = soak.left()
            left = processes + files
            sizes.append(soak.resident())
            opened.append(descriptors())
            print(
                f"{(tenth + 1) * size:7} runs {rates[-1]:6.0f} a second {sizes[-1]:7.1f} MiB"
                f" {opened[-1]:4} descriptors {processes} processes {files} files left",
                flush=True,
            )
        soak.runner.close(1.0)
    print(", ".join(f"{count} {state}" for state, count in sorted(soak.states.items())))
    grown, more, pace = (
        sizes[-1] - sizes[0],
        opened[-1] - opened[0],
        rates[-1] / rates[1],
    )
    verdict(grown < 5, f"memory grew {grown:.1f} MiB after the first tenth (below 5)")
    verdict(more <= 0, f"descriptors grew by {more} after the first tenth (0)")
    verdict(left == 0, f"{left} processes, zombies and files left at the end (0)")
    verdict(pace >= 0.9, f"last tenth: {pace:.2f} of the second's speed (at least 0.9)")


if __name__ == "__main__":
    main()
