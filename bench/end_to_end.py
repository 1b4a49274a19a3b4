"""End to end: from events over HTTP to runs recorded, beside the floor and webhook."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from load import BATCH, events, send, settle
from runner import SUBMITTED, Bench

from tests.end_to_end.installation import Installation

#: The documentation's script under four names, each for one event of a job's life.
MAPPINGS = {
    "submitted.py": "submit-job-self",
    "waiting.py": "waiting-job-self",
    "running.py": "running-job-self",
    "complete.py": "complete-job-self",
}
NAMES = tuple(trigger.partition("-")[0] for trigger in MAPPINGS.values())


def installation(root: Path, **settings: str) -> Installation:
    """An installation with the four mappings."""
    script = SUBMITTED.format(log=str(root / "submitted.log"))
    return Installation(root, dict.fromkeys(MAPPINGS, script), MAPPINGS, settings)


def rate(site: Installation, count: int) -> float:
    """Callbacks a second, from the first request to the last run recorded as ended."""
    before = succeeded(site)
    sent = events(count, *NAMES)
    began = time.perf_counter()
    send(site, sent, BATCH)
    settle(site)
    elapsed = time.perf_counter() - began
    if succeeded(site) - before != count:
        raise SystemExit(f"{succeeded(site) - before} of {count} runs succeeded")
    return count / elapsed


def succeeded(site: Installation) -> int:
    """How many runs succeeded, by the roll-ups, which cost nothing with a long history."""
    return int(site.value("SELECT COALESCE(SUM(succeeded), 0) FROM dashboard_rollup"))


def others(bench: Bench, port: int | None) -> dict[str, Callable[[], float]]:
    """What end to end is compared with, by name; the floor first."""
    found: dict[str, Callable[[], float]] = {
        "floor": lambda: bench.floor("submitted.py")[0]
    }
    if port is not None:
        found["webhook"] = lambda: bench.webhook(port, "submitted.py")[0]
    return found
