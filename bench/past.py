"""What does asking the past cost?

Why, for one event and for a job: a site with many mappings and a long history, in which some
jobs had a hundred, a thousand and ten thousand events (their ids say how many). Prints processor and wall time, and how
many statements each question took:

    python bench/past.py [--events 300000] [--mappings 500] [--jobs 100 1000 10000]

The database is SQLite in a directory of its own, or that of QUBECB_DATABASE_URL, which must be
empty.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PARENT = 50


def main() -> None:
    """Make the site, ask, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--mappings", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--jobs", type=int, nargs="*", default=[100, 1000, 10_000])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), chosen.mappings)
        live(chosen.jobs, chosen.events)
        print(
            f"{'question':34} {'cpu p50':>9} {'cpu p95':>9} {'wall p50':>9}  statements"
        )
        for name, ask in questions(chosen.jobs).items():
            print(row(name, ask, chosen.rounds), flush=True)


def prepare(folder: Path, mappings: int) -> None:
    """A data directory with a callbacks.conf, and an empty database."""
    callback = folder / "callback"
    callback.mkdir()
    os.environ |= {
        "QUBECB_DATA": str(folder),
        "QUBECB_CALLBACK_PATH": str(callback),
        "DJANGO_SETTINGS_MODULE": "dashboard.project.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    (callback / "callbacks.conf").write_text(
        "mail.py = failed-job-self\n"
        "both.py = failed-work-self-1 && complete-work-self-99999\n"
        "never.py = complete-work-self-99999\n"
        "parent.py = failed-job-parent\n"
        + "".join(f"other{n}.py = failed-work-self-x{n}\n" for n in range(mappings - 4))
    )
    from dashboard.store.configuration.editing import observe_all

    observe_all()


def live(jobs: list[int], events: int) -> None:
    """Let the jobs have their events, among as many others as are wanted."""
    accept_each(PARENT, 50, {})
    for count in jobs:
        accept_each(count, count, {"pid": PARENT})
    others = max(0, events - sum(jobs))
    for job in range(20_000, 20_000 + others // 1000):
        accept_each(job, 1000, {})


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


def questions(jobs: list[int]) -> dict[str, Callable[[], object]]:
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
    for count in jobs:
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
    ninety_five = sorted(cpu)[int(len(cpu) * 0.95) - 1]
    return (
        f"{name:34} {1000 * statistics.median(cpu):7.1f}ms {1000 * ninety_five:7.1f}ms"
        f" {1000 * statistics.median(wall):7.1f}ms  {len(queries):5}"
    )


if __name__ == "__main__":
    main()
