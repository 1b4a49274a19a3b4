"""What does asking the past cost?

Why, for one event and for a job: a site with 500 mappings and a long history, in which some
jobs had a hundred, a thousand and ten thousand events (their ids say how many). Prints
processor and wall time in milliseconds, and how many statements each question took::

    python bench/past.py [--events 3000000] [--runs 2000000] [--on sqlite,postgres] [--data DIR]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import history
import long_past

PARENT = 50
JOBS = (100, 1000, 10_000)


def main() -> None:
    """Ask at each site, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    long_past.options(parser)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        ask_here(asked.rounds)
        return
    with long_past.sites(asked) as found:
        for kind, site in found:
            print(f"\n{kind}: {asked.events:,} events, {asked.runs:,} runs", flush=True)
            command = [
                sys.executable,
                __file__,
                "--here",
                "--rounds",
                str(asked.rounds),
            ]
            subprocess.run(command, env=site.environment, check=True)


def ask_here(rounds: int) -> None:
    """Ask at the site that the environment names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "dashboard.project.settings"
    import django

    django.setup()
    live(JOBS)
    titles = ("cpu p50", "cpu p95", "wall p50", "wall p95", "statements")
    print(f"{'question':34}" + "".join(f"{each:>11}" for each in titles))
    for name, ask in questions().items():
        print(row(name, ask, rounds), flush=True)


def live(jobs: tuple[int, ...]) -> None:
    """Let the jobs have their events, unless they had them before."""
    from dashboard.models import EventRecord

    if EventRecord.objects.filter(event_id=f"{PARENT}-0").exists():
        return
    accept_each(PARENT, 50, {})
    for count in jobs:
        accept_each(count, count, {"pid": PARENT})


def accept_each(job: int, count: int, told: dict[str, Any]) -> None:
    """Accept and plan the events of one job: submission, work, failure."""
    from dashboard.store.dispatch.planning import OrmStore
    from dashboard.store.intake.acceptance import accept
    from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
    from qubecb.events import parse_event

    def event(n: int, name: str, kind: str, **more: Any) -> Any:
        sent = {"id": f"{job}-{n}", "name": name, "type": kind, **more}
        return parse_event({**sent, "job": {"id": job, **told}}, time.time())

    work = [
        event(n, "complete" if n % 2 else "failed", "work", extra=str(n % 500))
        for n in range(1, count - 1)
    ]
    all_of_it = [event(0, "submit", "job"), *work, event(count, "killed", "job")]
    for first in range(0, len(all_of_it), 1000):
        accept(all_of_it[first : first + 1000], source="emit")
    store = OrmStore()
    dispatcher = Dispatcher(store, DispatchSettings(qb_conf=store.qb_conf), time.time)
    while dispatcher.step(200):
        pass


def questions() -> dict[str, Callable[[], object]]:
    """What is asked."""
    from dashboard.store.past.asking import Question, why, why_each
    from dashboard.store.past.records import event_called

    def of_event(job: int, file: str | None) -> Callable[[], object]:
        def ask() -> object:
            question = Question(event_called(f"{job}-{job - 2}"))
            return why(question, file) if file else why_each(question)

        return ask

    def of_job(job: int, file: str | None) -> Callable[[], object]:
        question = Question(job=job)
        return lambda: why(question, file) if file else why_each(question)

    found: dict[str, Callable[[], object]] = {}
    for count in JOBS:
        found[f"event of a job of {count}, a file"] = of_event(count, "never.py")
        found[f"event of a job of {count}, all"] = of_event(count, None)
        found[f"job of {count}, a file"] = of_job(count, "both.py")
        found[f"job of {count}, waits in vain"] = of_job(count, "never.py")
        found[f"job of {count}, all files"] = of_job(count, None)
    return found


def row(name: str, ask: Callable[[], object], rounds: int) -> str:
    """Ask several times, and once more to count statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask()
    cpu, wall = [], []
    for _ in range(rounds):
        began, at = time.process_time(), time.perf_counter()
        ask()
        cpu.append(time.process_time() - began)
        wall.append(time.perf_counter() - at)
    with CaptureQueriesContext(connection) as queries:
        ask()
    figures = (
        figure
        for seconds in (cpu, wall)
        for figure in (statistics.median(seconds), history.p95(seconds))
    )
    told = "".join(f"{1000 * each:11.1f}" for each in figures)
    return f"{name:34}{told}{len(queries):11}"


if __name__ == "__main__":
    main()
