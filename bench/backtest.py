"""What does a backtest cost, and does anybody notice?

Over a history of many events it tells, for an edit that hears everything, one that hears one
event in ten, and one that asks about other jobs: events of the span a second (by the clock, and
by processor time of its process), and the memory that it took; then the time from a single
event to its plan with a backtest beside it, and without. On SQLite, and on PostgreSQL where its
programs are available. With `--truth`, so many random edits are compared with a second
installation instead::

    python bench/backtest.py [--events 3000000] [--span 1000000] [--runs 2000000] [--on sqlite,postgres]
    python bench/backtest.py --truth 50
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import history
import long_past

from tests.end_to_end.installation import MANAGE, Installation, wait_until

EDITS = {
    "hears all": " || ".join(
        (
            *("submit-job-self", "running-job-self", "complete-job-self"),
            *("complete-work-self-*", "failed-work-self-*"),
        )
    ),
    "hears one in ten": "failed-work-self-*",
    "remembers": "submit-job-self && failed-work-self-5 && complete-job-self",
    "asks about others": "failed-work-render-* || complete-job-parent",
}


class Cost(NamedTuple):
    """What one backtest took."""

    events: int
    seconds: float
    processor: float
    megabytes: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    long_past.options(parser)
    parser.add_argument("--span", type=int, default=1_000_000)
    parser.add_argument("--edits", default=",".join(EDITS))
    parser.add_argument("--truth", type=int, default=0)
    asked = parser.parse_args()
    if asked.truth:
        raise SystemExit(truth(asked.truth))
    with long_past.sites(asked) as found:
        for kind, site in found:
            print(f"\n{kind}: {asked.events:,} events, {asked.runs:,} runs")
            measure(site, asked)


def truth(edits: int) -> int:
    """Compare so many random edits with a second installation; give pytest's exit status."""
    test = "tests/dashboard/store/test_backtest.py"
    seeds = {"BACKTEST_SEEDS": str(edits)}
    command = [sys.executable, "-m", "pytest", "-q", test]
    return subprocess.run(command, env={**os.environ, **seeds}, check=False).returncode


def measure(site: Installation, asked: argparse.Namespace) -> None:
    """Print what each edit costs."""
    since = f"{max(1, round(history.DAYS * 24 * asked.span / asked.events))}h"
    print(f"{'':20}{'events':>10}{'a second':>10}{'of a core':>10}{'MB':>7}")
    for name in asked.edits.split(","):
        trigger = EDITS[name]
        cost = backtest(site, trigger, since)
        told = (
            f"{cost.events / cost.seconds:10,.0f}{cost.events / cost.processor:10,.0f}"
        )
        print(f"{name:20}{cost.events:10,}{told}{cost.megabytes:7.0f}", flush=True)
    with up(site):
        alone = latency(site)
        with beside(site, EDITS["hears all"]):
            ratio = latency(site) / alone
        print(
            f"an event is planned in {alone * 1000:.1f} ms; beside a backtest {ratio:.2f} times"
        )


def backtest(site: Installation, trigger: str, since: str) -> Cost:
    """Compute one in a process of its own, as the service does."""
    out = site.root / "told.json"
    with out.open("w") as told:
        began = time.perf_counter()
        child = subprocess.Popen(
            _command(site, trigger, since), env=site.environment, stdout=told
        )
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
    if status:
        raise SystemExit("the backtest failed")
    found: dict[str, Any] = json.loads(out.read_text())
    processor = used.ru_utime + used.ru_stime
    return Cost(found["events"], seconds, processor, used.ru_maxrss / 1024)


def _command(site: Installation, trigger: str, since: str) -> list[str]:
    edited = site.root / "edited.conf"
    config = (site.callbacks / "callbacks.conf").read_text()
    edited.write_text(f"{config}new.py = {trigger}\n")
    own = ["backtest", str(site.callbacks), str(edited), "--since", since]
    return [sys.executable, str(MANAGE), *own, "--format", "json"]


@contextlib.contextmanager
def beside(site: Installation, trigger: str) -> Iterator[None]:
    """Let a backtest of everything be computed meanwhile."""
    command = ["nice", "-n", "15", *_command(site, trigger, f"{history.DAYS}d")]
    child = subprocess.Popen(command, env=site.environment, stdout=subprocess.DEVNULL)
    try:
        time.sleep(3.0)  # until it reads
        yield
        if child.poll() is not None:
            print("the backtest ended before the events: ask for more events")
    finally:
        child.kill()
        child.wait()


@contextlib.contextmanager
def up(site: Installation) -> Iterator[None]:
    """Run what is prepared already."""
    for part in ("web", "work"):
        site.start(part)
    try:
        wait_until(site.is_up, "the service is up")
        yield
    finally:
        site.close()


def latency(site: Installation, count: int = 300) -> float:
    """How long it takes from sending a single event until it is planned: the median."""
    found = []
    for number in range(count):
        event = {"name": "hello", "type": "job", "job": {"id": 900_000_000 + number}}
        began = time.perf_counter()
        (identity,) = site.post(event).body["ids"]
        planned = "SELECT planned_at FROM dashboard_eventrecord WHERE event_id = ?"
        while site.value(planned, [identity]) is None:
            time.sleep(0.001)  # the dispatcher is another process
        found.append(time.perf_counter() - began)
    return statistics.median(found)


if __name__ == "__main__":
    main()
