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
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import history
from postgres import server

from tests.end_to_end.installation import MANAGE, Installation, wait_until
from tests.end_to_end.on_postgres import OnPostgres

#: Events of one job: it is submitted, runs, has items, of which some fail, and is complete.
A_JOB = 25
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
EVENTS = """
    INSERT INTO dashboard_eventrecord (event_id, name, type, extra, time, job_id, job,
        accepted_at, source, actor, depth, test, only_directory, only_file, planned_at,
        runs_count, remark)
    SELECT 'past-' || n,
        CASE n % {a_job} WHEN 0 THEN 'submit' WHEN 1 THEN 'running' WHEN 24 THEN 'complete'
            ELSE CASE WHEN n % 10 = 5 THEN 'failed' ELSE 'complete' END END,
        CASE WHEN n % {a_job} IN (0, 1, 24) THEN 'job' ELSE 'work' END,
        CASE WHEN n % {a_job} IN (0, 1, 24) THEN '' ELSE CAST(n % {a_job} AS TEXT) END,
        moment, 100000 + n / {a_job},
        CAST('{{"name": "shot_' || (n % 997) || '_fx_v012", "user": "user' || (n / {a_job} % 40)
            || '", "pgrp": ' || (100000 + n / {a_job} - n / {a_job} % 5) || ', "label": "'
            || CASE n / {a_job} % 5 WHEN 0 THEN 'render' ELSE 'comp' END
            || '", "priority": 500, "cpus": 8, "cluster": "/fx/night", "kind": "cmdrange",'
            || ' "reservations": "host.processors=4,license.nuke=1", "prototype": "cmdrange",'
            || ' "requirements": "host.memory.total > 64000 and host.os == linux",'
            || ' "cwd": "/studio/projects/show/sequences/sq010/shots/sh0100/fx"}}' AS {json}),
        moment, 'api', 'farm', 0, {false}, '', '', moment, 1, ''
    FROM ({numbers}) AS numbers
"""
JOBS = """
    INSERT INTO dashboard_jobrecord (id, name, pid, pgrp, label, status, "user", fields,
        binding_id, since, first_seen, last_event, removed)
    SELECT job_id, '', 0, job_id, '', 'complete', '', '{{}}',
        (SELECT MIN(binding_id) FROM dashboard_inforcerecord), MIN(sequence),
        MIN(accepted_at), MAX(accepted_at), {false}
    FROM dashboard_eventrecord GROUP BY job_id
"""
_OBSERVE = (
    "from dashboard.store.configuration.editing import observe_all; observe_all();"
    "from dashboard.models import InForceRecord;"
    "InForceRecord.objects.update(after=0, created_at='2020-01-01T00:00Z')"
)


class Cost(NamedTuple):
    """What one backtest took."""

    events: int
    seconds: float
    processor: float
    megabytes: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=3_000_000)
    parser.add_argument("--span", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=2_000_000)
    parser.add_argument("--edits", default=",".join(EDITS))
    parser.add_argument("--on", default="sqlite,postgres")
    parser.add_argument("--truth", type=int, default=0)
    asked = parser.parse_args()
    if asked.truth:
        raise SystemExit(truth(asked.truth))
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        for kind in asked.on.split(","):
            site = _site(Path(folder) / kind, kind, stack)
            if site is not None:
                print(f"\n{kind}: {asked.events:,} events, {asked.runs:,} runs")
                measure(site, asked)


def truth(edits: int) -> int:
    """Compare so many random edits with a second installation; give pytest's exit status."""
    test = "tests/dashboard/store/test_backtest.py"
    seeds = {"BACKTEST_SEEDS": str(edits)}
    command = [sys.executable, "-m", "pytest", "-q", test]
    return subprocess.run(command, env={**os.environ, **seeds}, check=False).returncode


def _site(root: Path, kind: str, stack: contextlib.ExitStack) -> Installation | None:
    scripts, mappings = {"hello.py": "print(1)\n"}, {"hello.py": "hello-job-self"}
    if kind == "sqlite":
        return Installation(root, scripts, mappings)
    database = stack.enter_context(server())
    if database is None:
        return None
    settings = {"QUBECB_DATABASE_URL": database("past")}
    return OnPostgres(root, scripts, mappings, settings)


def measure(site: Installation, asked: argparse.Namespace) -> None:
    """Fill a site, and print what each edit costs."""
    site.prepare()
    site.manage("shell", "-v", "0", "-c", _OBSERVE)
    fill(site, asked.events, asked.runs)
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


def fill(site: Installation, events: int, runs: int) -> None:
    """Store so many events of the last 80 days, their jobs, and runs, through SQL."""
    postgres = isinstance(site, OnPostgres)
    template = history.POSTGRES_NUMBERS if postgres else history.SQLITE_NUMBERS
    yes, no, json_type = ("true", "false", "jsonb") if postgres else ("1", "0", "text")
    for statement, rows in ((EVENTS, events), (history.RUNS, runs)):
        for first in range(1, rows + 1, history.PORTION):
            last = min(first + history.PORTION - 1, rows)
            step = history.DAYS * 86400 / rows
            numbers = template.format(
                first=first, last=last, days=history.DAYS, step=step
            )
            named = {"numbers": numbers, "true": yes, "false": no, "json": json_type}
            with site.database() as database:
                database.execute(
                    statement.format(**named, a_job=A_JOB, a_event=history.A_EVENT)
                )
    with site.database() as database:
        database.execute(JOBS.format(false=no))
    with site.database() as database:
        database.execute(
            "VACUUM ANALYZE" if postgres else "PRAGMA wal_checkpoint(TRUNCATE)"
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
    edited.write_text(f"hello.py = hello-job-self\nnew.py = {trigger}\n")
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
