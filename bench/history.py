"""A long history: rows as years of work would leave them, and the runs page over them."""

from __future__ import annotations

import contextlib
import http.client
import statistics
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from tests.end_to_end.installation import Installation
from tests.end_to_end.on_postgres import OnPostgres

#: Rows that one statement inserts, so that the write-ahead log stays small.
PORTION = 100_000
DAYS = 80
#: So many runs of one event, and so many events of one job.
A_EVENT, A_JOB = 2, 10
EVENTS = """
    INSERT INTO dashboard_eventrecord (event_id, name, type, extra, time, job_id, job,
        accepted_at, source, actor, depth, test, only_directory, only_file, planned_at,
        runs_count, remark)
    SELECT 'old-' || n, CASE n % 4 WHEN 0 THEN 'failed' ELSE 'complete' END, 'work',
        CAST(n % 100 AS TEXT), moment, 100000000 + n / {a_job}, '{{"id": 1}}', moment, 'api', 'farm',
        0, {false}, '', '', moment, {a_event}, ''
    FROM ({numbers}) AS numbers
"""
RUNS = """
    INSERT INTO dashboard_run (state, reason, test, simulate, directory, file, "trigger",
        trigger_key, event, event_spec, job, job_name, "user", revision, depth, queued_at,
        started_at, ended_at, seconds, exit, worker, mode, grandchildren, cancel_reason,
        actions, notes, signature, last_line, script_sha256)
    SELECT CASE WHEN n % 1000 = 0 THEN 'timed_out' WHEN n % 50 = 0 THEN 'failed'
            ELSE 'succeeded' END,
        '', CASE WHEN n % 200 = 0 THEN {true} ELSE {false} END, {false}, '/studio/callback',
        'script' || (n % 20) || '.py', 'failed-work-self-*', 'failed-work-self-*',
        n / {a_event}, 'failed-work-' || (n % 100), 100000000 + n / {a_job}, 'shot',
        'user' || (n % 40), 1, 0, moment, moment, moment, 0.01, 0, 'old', 'fork', 0, '',
        '[]', '[]', CASE WHEN n % 50 = 0 THEN 'KeyError in script' || (n % 20) ELSE '' END,
        'done', ''
    FROM ({numbers}) AS numbers
"""
SQLITE_NUMBERS = """
    WITH RECURSIVE count(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM count WHERE n < {last})
    SELECT n, strftime('%Y-%m-%d %H:%M:%f', 'now', '-{days} days',
        '+' || (n * {step}) || ' seconds') AS moment FROM count
"""
POSTGRES_NUMBERS = """
    SELECT n, now() - interval '{days} days' + n * {step} * interval '1 second' AS moment
    FROM generate_series({first}, {last}) AS n
"""


def _hour(days: int) -> str:
    """An hour so many days ago, as the address of the runs page has it."""
    then = datetime.now(UTC) - timedelta(days=days)
    return then.replace(minute=0, second=0, microsecond=0).isoformat()


FILTERS: dict[str, dict[str, object]] = {
    "none": {},
    "state, common": {"state": "succeeded"},
    "state, rare": {"state": "timed_out"},
    "callback": {"callback": "/studio/callback/script7.py"},
    "trigger": {"trigger": "failed-work-self-*"},
    "job": {"job": 100_000_100},
    "user": {"user": "user7"},
    "user, unknown": {"user": "nobody"},
    "event, by id": {"event": "old-100"},
    "event, by spec": {"event": "failed-work-7"},
    "event, unknown": {"event": "vanished-work"},
    "test": {"test": "yes"},
    "signature": {"signature": "KeyError in script0"},
    "revision": {"revision": 1},
    "since": {"since": "30d"},
    "until": {"until": "30d"},
    "hour": {"hour": _hour(30)},
    "hour, before all": {"hour": _hour(300)},
}
_SESSION = """
from django.contrib.auth import get_user_model, login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
user = get_user_model().objects.create_superuser("bench")
request = HttpRequest()
request.session = SessionStore()
login(request, user, "django.contrib.auth.backends.ModelBackend")
request.session.save()
print(request.session.session_key)
"""


def fill(site: Installation, runs: int) -> None:
    """Store so many runs and half as many events, through SQL, spread over 80 days."""
    postgres = isinstance(site, OnPostgres)
    template = POSTGRES_NUMBERS if postgres else SQLITE_NUMBERS
    yes, no = ("true", "false") if postgres else ("1", "0")
    for statement, rows in ((EVENTS, runs // A_EVENT), (RUNS, runs)):
        for first in range(1, rows + 1, PORTION):
            numbers = template.format(
                first=first,
                last=min(first + PORTION - 1, rows),
                days=DAYS,
                step=DAYS * 86400 / rows,
            )
            whole = statement.format(
                numbers=numbers, true=yes, false=no, a_event=A_EVENT, a_job=A_JOB
            )
            with site.database() as database:
                database.execute(whole)
    with site.database() as database:
        database.execute(
            "VACUUM ANALYZE" if postgres else "PRAGMA wal_checkpoint(TRUNCATE)"
        )


class Reader:
    """A person who is logged in and looks at the runs page."""

    def __init__(self, site: Installation) -> None:
        self._site = site
        self._cookie = f"sessionid={site.manage('shell', '-v', '0', '-c', _SESSION)}"

    def seconds(self, wanted: dict[str, object]) -> float:
        """How long the page takes with a filter."""
        address = f"/runs/?{urlencode(wanted)}"
        with contextlib.closing(self._site.connect(120.0)) as connection:
            began = time.perf_counter()
            connection.request("GET", address, headers={"Cookie": self._cookie})
            self._check(connection.getresponse())
            return time.perf_counter() - began

    def _check(self, answer: http.client.HTTPResponse) -> None:
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"the runs page was answered {answer.status}")


def p95(seconds: Iterable[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]
