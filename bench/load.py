"""What loads the service: an installation to measure, and clients that send events to it."""

from __future__ import annotations

import contextlib
import itertools
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.end_to_end.installation import Installation, wait_until
from tests.end_to_end.senders import UNFINISHED

SINGLE, BATCH = 1, 500
CLIENTS = 8
_NUMBERS = itertools.count(1_000_000)


@contextlib.contextmanager
def running(site: Installation) -> Iterator[Installation]:
    """Run `web` and `work` of a fresh installation during the block."""
    site.prepare()
    try:
        site.start("web")
        site.start("work")
        wait_until(site.is_up, "the service is up")
        yield site
    finally:
        site.close()


def events(count: int, *names: str) -> list[dict[str, Any]]:
    """Events of new jobs, each of which meets all names in order."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        job = {"id": next(_NUMBERS), "name": "shot_010", "user": "jo"}
        job["status"] = "running"
        found += [{"name": name, "type": "job", "job": job} for name in names]
    return found[:count]


def send(site: Installation, sent: Sequence[dict[str, Any]], size: int) -> float:
    """Send events over a few connections, so many a request; give events a second."""
    bodies = [
        list(sent[at : at + size]) if size > 1 else sent[at]
        for at in range(0, len(sent), size)
    ]
    shares = [bodies[client::CLIENTS] for client in range(CLIENTS)]
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda share: _send_all(site, share), shares))
    return len(sent) / (time.perf_counter() - began)


def _send_all(site: Installation, bodies: Sequence[object]) -> None:
    with contextlib.closing(site.connect(60.0)) as connection:
        for body in bodies:
            answer = site.ask_over(connection, "POST", "/api/events", body)
            if answer.status != 202:
                raise SystemExit(f"an event was answered {answer}")


def settle(site: Installation) -> None:
    """Wait until every event is planned and every run is recorded as ended."""
    with site.database() as database:
        wait_until(
            lambda: not database.execute(UNFINISHED).fetchone()[0],
            "all runs are recorded",
        )
