"""Intake: how fast events are taken in durably, and how soon after that a script begins."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

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
A_SECOND = 20


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


def latencies(site: Installation, count: int) -> list[float]:
    """Seconds from sending a single event to its script's first line, 20 a second."""
    sent: dict[int, float] = {}
    began = time.time()
    with contextlib.closing(site.connect(20.0)) as connection:
        for number, event in enumerate(events(count, "submit")):
            time.sleep(max(0.0, began + number / A_SECOND - time.time()))
            sent[event["job"]["id"]] = time.time()
            if site.ask_over(connection, "POST", "/api/events", event).status != 202:
                raise SystemExit("an event was not accepted")
    settle(site)
    stamps = (site.root / "stamps").read_text().splitlines()
    begun = {int(job): float(at) for job, _, at in (s.partition(" ") for s in stamps)}
    return sorted(begun[job] - at for job, at in sent.items())
