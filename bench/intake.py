"""Intake: how fast events are taken in durably, and how soon after that a script begins."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from load import events, send, settle

from tests.end_to_end.installation import Installation

#: The first line of a script takes the time; the second one leaves it for us.
STAMP = """\
import time; began = time.time()
print(qb.jobid(), repr(began), file=open({log!r}, "a"))
"""
STAMPED = "stamp.py"
#: Matched by no mapping: what is measured is the door, while the dispatcher plans behind it.
NAME = "modified"
#: Events and fresh interpreters together.
A_SECOND = 20
PLACES = """
    SELECT event.job_id, event.planned_at, run.started_at
    FROM dashboard_eventrecord AS event
    JOIN dashboard_run AS run ON run.event = event.sequence
    WHERE event.job_id >= {least}
"""


@dataclass(frozen=True, slots=True)
class Journey:
    """How long after it was sent a single event was where, in seconds."""

    #: The answer 202 was there.
    answered: float
    #: The dispatcher had taken it; to plan it is part of what follows.
    planning: float
    #: The run was claimed, and its process there.
    started: float
    #: Its script's first line ran.
    line: float
    #: So long a fresh interpreter took at that moment to the first line of a script.
    fresh: float


def installation(root: Path, **settings: str) -> Installation:
    """An installation whose only script leaves the moment of its first line."""
    script = STAMP.format(log=str(root / "stamps"))
    mappings = {STAMPED: "submit-job-self"}
    return Installation(root, {STAMPED: script}, mappings, settings)


def rate(site: Installation, count: int, size: int) -> float:
    """Events a second, in requests of `size` events."""
    found = send(site, events(count, NAME), size)
    settle(site)
    return found


def journeys(site: Installation, count: int) -> list[Journey]:
    """Send single events; between two, when nothing else goes on, start an interpreter."""
    sent, answered, fresh = {}, {}, {}
    began = time.time()
    with contextlib.closing(site.connect(20.0)) as connection:
        for number, event in enumerate(events(count, "submit")):
            time.sleep(max(0.0, began + 2 * number / A_SECOND - time.time()))
            job = event["job"]["id"]
            sent[job] = time.time()
            if site.ask_over(connection, "POST", "/api/events", event).status != 202:
                raise SystemExit("an event was not accepted")
            answered[job] = time.time()
            time.sleep(max(0.0, sent[job] + 1 / A_SECOND - time.time()))
            fresh[job] = start_afresh()
    settle(site)
    rows = site.rows(PLACES.format(least=min(sent)))
    stored = {job: (unix(planned), unix(started)) for job, planned, started in rows}
    stamps = (site.root / "stamps").read_text().splitlines()
    begun = {int(job): float(at) for job, _, at in (s.partition(" ") for s in stamps)}
    return [
        Journey(
            answered[job] - at,
            stored[job][0] - at,
            stored[job][1] - at,
            begun[job] - at,
            fresh[job],
        )
        for job, at in sent.items()
    ]


def start_afresh() -> float:
    """Seconds until a fresh interpreter is at the first line of a script."""
    began = time.time()
    command = [sys.executable, "-c", "import time; print(time.time())"]
    return (
        float(subprocess.run(command, capture_output=True, check=True).stdout) - began
    )


def unix(stored: Any) -> float:
    """A moment as a database holds it, as Unix seconds."""
    moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return float(moment.timestamp())
