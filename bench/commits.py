"""Does a run cost more than it did? Two checkouts, measured in turn, by processor time.

    git worktree add ../before COMMIT
    python bench/commits.py ../before . [--pairs 10] [--count 400]

For each checkout one process of its own code measures, over and over, when it is told to:

* runner: `qubecb/runner` alone, nothing stored, with submitted.py, imports.py and hello.pl;
* end to end: events over HTTP until each run is recorded, on SQLite; what `web`, `work` and
  everything below them used.

Both take turns, so that a busy machine hits both alike, and time that passes on the wall is
looked at nowhere. Prints milliseconds of processor time a run (the median of the pairs) and
the median of the ratios; under 5 % counts as equal.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SCRIPTS = ("submitted.py", "imports.py", "hello.pl")
END = "end to end"
EQUAL = 0.05


def main() -> None:
    """Measure both, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--count", type=int, default=400, help="runs in a round")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.before.resolve(), given.count)
        return
    with contextlib.ExitStack() as open_now:
        sides = [
            open_now.enter_context(side(path, given.count))
            for path in (given.before, given.after)
        ]
        todo = (*SCRIPTS, END)
        for name in todo:  # warm, not counted
            for ask in sides:
                ask(name)
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in todo}
        for _ in range(given.pairs):
            for name in todo:
                found[name].append((sides[0](name), sides[1](name)))
    show(found)


def show(found: dict[str, list[tuple[float, float]]]) -> None:
    """One line for each thing measured."""
    print(f"{'ms of processor a run':24}{'before':>9}{'after':>9}{'ratio':>8}")
    for name, pairs in found.items():
        before, after = (statistics.median(each) for each in zip(*pairs, strict=True))
        ratio = statistics.median(second / first for first, second in pairs)
        verdict = "equal" if abs(ratio - 1) < EQUAL else "more" if ratio > 1 else "less"
        print(
            f"{name:24}{before * 1000:9.3f}{after * 1000:9.3f}{ratio:8.3f}  {verdict}"
        )


@contextlib.contextmanager
def side(checkout: Path, count: int) -> Iterator[Callable[[str], float]]:
    """A process that measures one checkout; gives what asks it for one round."""
    command = [sys.executable, __file__, "--serve", "--count", str(count)]
    process = subprocess.Popen(
        [*command, str(checkout), str(checkout)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=checkout,
    )

    def ask(name: str) -> float:
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(f"{name}\n")
        process.stdin.flush()
        told: float = json.loads(process.stdout.readline())
        return told

    try:
        yield ask
    finally:
        process.communicate()


def serve(checkout: Path, count: int) -> None:
    """Measure rounds of one checkout, as standard input asks."""
    sys.path[:0] = [str(checkout), str(checkout / "bench")]
    with measures(count) as rounds:
        for line in sys.stdin:
            print(json.dumps(rounds[line.strip()]()), flush=True)


@contextlib.contextmanager
def measures(count: int) -> Iterator[dict[str, Callable[[], float]]]:
    """What can be measured, by name, in the modules of the checkout itself."""
    import end_to_end
    from load import running
    from runner import Bench, Runner, settings, warm

    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as open_now:
        root = Path(name)
        (root / "bench").mkdir()
        bench = Bench(root / "bench", count, 8)
        runner = Runner(settings(root / "scratch", bench, "fork"))
        open_now.callback(runner.close, 1.0)
        warm(runner)
        site = open_now.enter_context(running(end_to_end.installation(root / "site")))
        rounds: dict[str, Callable[[], float]] = {
            script: lambda script=script: bench.qubecb(runner, script).cpu
            for script in SCRIPTS
        }
        rounds[END] = lambda: (
            used_by(site, lambda: end_to_end.rate(site, count)) / count
        )
        yield rounds


def used_by(site: Any, act: Callable[[], object]) -> float:
    """Seconds of processor that the processes of an installation used meanwhile."""
    before = seconds(site)
    act()
    return seconds(site) - before


def seconds(site: Any) -> float:
    """What `web`, `work`, all below them and what these have ended used so far."""
    from tests.end_to_end.installation import children

    todo = [process.pid for process in site.processes.values()]
    ticks = 0
    while todo:
        pid = todo.pop()
        with contextlib.suppress(OSError):
            told = Path(f"/proc/{pid}/stat").read_text()
            ticks += sum(map(int, told.rpartition(")")[2].split()[11:15]))
            todo += children(pid)
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
