"""A site with a long past: many events, jobs and runs of 80 days, stored through SQL.

It is made once in a folder, and found there again by every program that is given the folder.
Some 4 GB for three million events and two million runs; PostgreSQL takes as much besides.
"""

from __future__ import annotations

import contextlib
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import history

from tests.dashboard.store import postgres
from tests.end_to_end.installation import Installation, free_port
from tests.end_to_end.on_postgres import OnPostgres

#: Events of one job: it is submitted, runs, has items, of which some fail, and is complete.
A_JOB = 25
#: Mappings; of one event at most ten hear.
MAPPINGS = 500
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
#: The configuration was in force before everything, and events are counted by kind and hour.
_OBSERVE = (
    "from dashboard.store.configuration.editing import observe_all; observe_all();"
    "from dashboard.models import InForceRecord;"
    "InForceRecord.objects.update(after=0, created_at='2020-01-01T00:00Z')"
)
_COUNT = (
    "from importlib import import_module; from django.db import connection;"
    "kinds = import_module('dashboard.migrations.0016_event_kinds');"
    "kinds.count(None, connection.schema_editor())"
)


def options(parser: ArgumentParser) -> None:
    """Add what a program asks about its site."""
    parser.add_argument("--events", type=int, default=3_000_000)
    parser.add_argument("--runs", type=int, default=2_000_000)
    parser.add_argument("--on", default="sqlite,postgres")
    parser.add_argument(
        "--data", type=Path, help="a folder that is kept, and used again"
    )


@contextlib.contextmanager
def sites(asked: Namespace) -> Iterator[Iterator[tuple[str, Installation]]]:
    """Give the sites that are asked for, each when it is its turn."""
    with TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        yield _each(asked, asked.data or Path(folder), stack)


def _each(
    asked: Namespace, folder: Path, stack: contextlib.ExitStack
) -> Iterator[tuple[str, Installation]]:
    for kind in asked.on.split(","):
        if kind == "postgres" and postgres.programs() is None:
            print("PostgreSQL is not installed; skipped")
            continue
        settings = {}
        if kind == "postgres":
            settings["QUBECB_DATABASE_URL"] = stack.enter_context(_server(folder))
        site = _site(folder / kind, settings)
        _make(site, asked.events, asked.runs)
        yield kind, site


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[str]:
    """Run the server of a folder; give the URL of its database."""
    server, name = (folder / "server").absolute(), "past"
    made = server.exists()
    if not made:
        folder.chmod(0o755)
        server.mkdir()
        postgres.make(server)
    with postgres.running(server):
        yield (postgres.url_of if made else postgres.database)(server, name)


def _site(root: Path, settings: dict[str, str]) -> Installation:
    mappings = {
        "hello.py": "hello-job-self",
        "mail.py": "failed-job-self",
        "both.py": "failed-work-self-1 && complete-work-self-99999",
        "never.py": "complete-work-self-99999",
        "parent.py": "failed-job-parent",
    }
    for number in range(MAPPINGS - len(mappings)):
        mappings[f"other{number}.py"] = f"failed-work-self-x{number}"
    kind = OnPostgres if settings else Installation
    return kind(root.absolute(), {"hello.py": "print(1)\n"}, mappings, settings)


def _make(site: Installation, events: int, runs: int) -> None:
    """Make it, unless it was made before; then bring its tables up to date."""
    done = site.root / "made"
    if done.exists():
        site.manage("migrate", "-v", "0")
        site.port = free_port()
        name = f"farm-{time.time()}"
        site.token = site.manage("token", "create", name, "--right", "operator")
        return
    began = time.perf_counter()
    site.prepare()
    site.manage("shell", "-v", "0", "-c", _OBSERVE)
    fill(site, events, runs)
    done.touch()
    print(f"made in {time.perf_counter() - began:.0f} s", flush=True)


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
    site.manage("shell", "-v", "0", "-c", _COUNT)
    with site.database() as database:
        database.execute(
            "VACUUM ANALYZE" if postgres else "PRAGMA wal_checkpoint(TRUNCATE)"
        )
