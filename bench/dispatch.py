"""How fast is the whole way of an event, and what does a long history cost?

* end to end: events over HTTP, in batches, until each run is recorded as ended, beside the
  floor, this runner without a store, and Debian's `webhook`; the contenders take turns;
* latency: a single event: until it is answered, until it is planned, until its process is
  there and its script at the first line, in turn with the start of a fresh interpreter;
* intake: single posts, and batches of 500;
* matching: 10 mappings and 10,000 (bench/matching.py);
* history: end to end, and the runs page, with many runs stored and with few.

Everything with default settings and SQLite, and with PostgreSQL beside, where its programs are
available::

    python bench/dispatch.py [--rounds 5] [--only end,latency,intake,matching,history]
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import end_to_end
import history
import intake
from load import BATCH, SINGLE, running
from postgres import server
from runner import Bench, Runner, settings, warm

from tests.end_to_end.installation import Installation
from tests.end_to_end.on_postgres import OnPostgres

PARTS = ("end", "latency", "intake", "matching", "history")
#: Rates of one contender, a round each.
Rates = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure, and how much."""

    root: Path
    rounds: int
    count: int
    runs: int
    few: int
    #: What makes a database on a PostgreSQL server, where there is one.
    database: Callable[[str], str] | None

    def sites(
        self, kind: str, make: Callable[..., Installation]
    ) -> dict[str, Installation]:
        """Installations to measure, by the name of their database."""
        found = {"SQLite": make(self.root / f"{kind}-sqlite")}
        if self.database:
            url = self.database(kind)
            plain = make(self.root / f"{kind}-postgres", QUBECB_DATABASE_URL=url)
            found["PostgreSQL"] = OnPostgres(
                plain.root, plain.scripts, plain.mappings, plain.settings
            )
        return found


def main() -> None:
    """Measure what was asked for, and print a table for each part."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=2000, help="callbacks in a round")
    parser.add_argument("--runs", type=int, default=2_000_000, help="a long history")
    parser.add_argument("--few", type=int, default=20_000, help="a short history")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--without-postgres", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as open_now:
        root = Path(name)
        database = None
        if not given.without_postgres:
            database = open_now.enter_context(server())
        asked = Asked(root, given.rounds, given.count, given.runs, given.few, database)
        for part in given.only.split(","):
            _PARTS[part](asked)


def measure_end_to_end(asked: Asked) -> None:
    """Rounds of everybody in turn."""
    bench = Bench(_folder(asked.root / "bench"), asked.count // 2, 8)
    with contextlib.ExitStack() as open_now:
        port = open_now.enter_context(bench.webhook_server())
        runner = Runner(settings(asked.root / "scratch", bench, "fork"))
        warm(runner)
        open_now.callback(runner.close, 1.0)
        todo = end_to_end.others(bench, port)
        todo["runner"] = lambda: bench.qubecb(runner, "submitted.py")[0]
        for name, site in asked.sites("end", end_to_end.installation).items():
            open_now.enter_context(running(site))
            end_to_end.rate(site, 200)
            todo[name] = lambda site=site: end_to_end.rate(site, asked.count)
        rates = in_turn(todo, asked.rounds)
    table("End to end, callbacks a second", rates, ("floor", "runner", "webhook"))


def measure_latency(asked: Asked) -> None:
    """One after the other: nothing else is going on."""
    print(
        "\nSingle events, ms from sending to each place, in turn with a fresh interpreter"
    )
    heads = ("answer", "planning", "process", "line", "p99", "fresh", "of fresh")
    print(f"{'':12}{''.join(f'{head:>10}' for head in heads)}")
    for name, site in asked.sites("latency", intake.installation).items():
        with running(site):
            intake.journeys(site, 20)
            found = intake.journeys(site, 200)
        lines = sorted(each.line for each in found)
        middle = [
            statistics.median(values)
            for values in zip(*map(astuple, found), strict=True)
        ]
        shown = [*middle[:4], lines[int(len(lines) * 0.99)], middle[4]]
        ratio = middle[3] / middle[4]
        print(f"{name:12}{''.join(f'{s * 1000:10.1f}' for s in shown)}{ratio:10.2f}")


def measure_intake(asked: Asked) -> None:
    """Events that match nothing, while the dispatcher plans them."""
    todo = {}
    with contextlib.ExitStack() as open_now:
        for name, site in asked.sites("intake", intake.installation).items():
            open_now.enter_context(running(site))
            todo[f"{name}, single"] = lambda s=site: intake.rate(s, 1000, SINGLE)
            todo[f"{name}, by {BATCH}"] = lambda s=site: intake.rate(s, 20_000, BATCH)
        table(
            "Intake, events a second until the answer 202", in_turn(todo, asked.rounds)
        )


def measure_matching(asked: Asked) -> None:
    """A program of its own."""
    print("\nMatching", flush=True)
    program = Path(__file__).with_name("matching.py")
    subprocess.run([sys.executable, program], check=False)


def measure_history(asked: Asked) -> None:
    """Three installations on each database: with no history, a short one and a long one."""
    runs = {"empty": 0, "short": asked.few, "long": asked.runs}
    made = {
        name: asked.sites(f"history_{name}", end_to_end.installation) for name in runs
    }
    for database in made["empty"]:
        sites = {name: made[name][database] for name in runs}
        with contextlib.ExitStack() as open_now:
            for name, site in sites.items():
                open_now.enter_context(filled(site, runs[name]))
            todo = {
                name: lambda site=sites[name]: end_to_end.rate(site, asked.count)
                for name in ("empty", "long")
            }
            rates = in_turn(todo, asked.rounds)
            title = f"{database}: end to end with {asked.runs} runs stored"
            table(title, rates, ("empty",))
            measure_pages(asked, sites["short"], sites["long"])


def measure_pages(asked: Asked, short: Installation, long: Installation) -> None:
    """The runs page by each filter, both installations in turn."""
    print(f"\nRuns page, p95 in ms with {asked.few} runs and with {asked.runs}")
    readers = [history.Reader(short), history.Reader(long)]
    for name, wanted in history.FILTERS.items():
        seconds: list[list[float]] = [[], []]
        for number in range(22):
            for reader, found in zip(readers, seconds, strict=True):
                took = reader.seconds(wanted)
                if number >= 2:
                    found.append(took)
        few, many = (history.p95(found) * 1000 for found in seconds)
        print(f"{name:20}{few:9.1f}{many:9.1f}{many / few:8.2f}", flush=True)


@contextlib.contextmanager
def filled(site: Installation, runs: int) -> Iterator[None]:
    """Run an installation that has so many runs behind it."""
    with running(site):
        site.stop("work")
        history.fill(site, runs)
        site.start("work")
        end_to_end.rate(site, 200)
        yield


def in_turn(todo: Mapping[str, Callable[[], float]], rounds: int) -> Rates:
    """Let everybody have a turn in each round."""
    rates: dict[str, list[float]] = {name: [] for name in todo}
    for _ in range(rounds):
        for name, measure in todo.items():
            rates[name].append(measure())
    return rates


def table(title: str, rates: Rates, others: Sequence[str] = ()) -> None:
    """Print medians and spread, and the median ratio to others of the same round."""
    known = [other for other in others if other in rates]
    print(f"\n{title}")
    heads = "".join(f"{'of ' + other:>12}" for other in known)
    print(f"{'':20}{'median':>9}{'least':>9}{'most':>9}{heads}")
    for name, found in rates.items():
        ratios = "".join(f"{_ratio(found, rates[other]):12.2f}" for other in known)
        middle = statistics.median(found)
        print(f"{name:20}{middle:9.0f}{min(found):9.0f}{max(found):9.0f}{ratios}")


def _ratio(own: Sequence[float], its: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(own, its, strict=True))


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


_PARTS = {
    "end": measure_end_to_end,
    "latency": measure_latency,
    "intake": measure_intake,
    "matching": measure_matching,
    "history": measure_history,
}


if __name__ == "__main__":
    main()
