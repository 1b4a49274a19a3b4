"""Sources of events as a farm has them: each sends the lives of jobs, and insists."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.end_to_end.installation import Installation, wait_until

#: What happens to each job, in order; each mapping fires once.
LIFE = (
    ("submit", "job", None),
    ("complete", "work", "1"),
    ("complete", "work", "2"),
    ("complete", "job", None),
    ("done", "job", None),
)
#: A source waits when so much is unfinished, so that a storm ends soon after its last kill.
MOST_UNFINISHED = 60
UNFINISHED = """
    SELECT (SELECT COUNT(*) FROM dashboard_eventrecord WHERE planned_at IS NULL)
    + (SELECT COUNT(*) FROM dashboard_run WHERE state IN ('queued', 'running'))
"""


@dataclass(slots=True)
class Sender:
    """One source of events; it goes through one job after the other until told to stop.

    Sends again what was not answered 202, under the same ids, as a well-made source does.
    """

    site: Installation
    number: int
    #: Ids in the order in which they were accepted.
    accepted: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    jobs: int = 0

    def run(self, stopping: threading.Event, hurrying: threading.Event) -> None:
        """Send until told to stop; a job that was begun is brought to its end.

        Waits for a service that lags behind, unless it is told to hurry.
        """
        while not stopping.is_set():
            self.jobs += 1
            job = self.number * 1_000_000 + self.jobs
            self.send([event_of(job, step) for step in range(len(LIFE))])
            wait_until(
                lambda: (
                    stopping.is_set()
                    or hurrying.is_set()
                    or self.unfinished() < MOST_UNFINISHED
                ),
                "the service keeps up with its load",
            )

    def unfinished(self) -> int:
        """About how much waits for the service: events, runs, and files of the spool."""
        waiting = len(list((self.site.data / "spool" / "new").glob("*")))
        return waiting + int(self.site.value(UNFINISHED))

    def send(self, events: list[dict[str, Any]]) -> None:
        """Send the events of one job, in order, each until it is accepted."""
        for event in events:
            self.insist(event, [event["id"]])

    def insist(self, data: object, ids: list[str]) -> None:
        """Send until it is accepted."""

        def accepted() -> bool:
            answer = self.site.post(data)
            self.answers[answer.status] += 1
            if answer.status not in (0, 202, 429, 503, 507):
                raise AssertionError(f"answered {answer}")
            return answer.status == 202

        wait_until(accepted, f"{ids[0]} is accepted")
        self.accepted += ids


class ListSender(Sender):
    """Sends all events of a job as one list."""

    def send(self, events: list[dict[str, Any]]) -> None:
        """Send a list until it is accepted."""
        self.insist(events, [event["id"] for event in events])


class SpoolSender(Sender):
    """Drops files into the spool, whether anybody is there or not."""

    def send(self, events: list[dict[str, Any]]) -> None:
        """Drop a file for each event; the first ones of a job bring no id of their own."""
        for event in events:
            name = event.pop("id")
            self.site.drop(name, event)
            self.accepted.append(name)


def event_of(job: int, step: int) -> dict[str, Any]:
    """One event of a job's life, with an id that tells which."""
    name, kind, extra = LIFE[step]
    about = {"id": job, "name": f"job {job}", "user": "jo"}
    event = {"id": f"{job}-{step}", "name": name, "type": kind, "job": about}
    return {**event, "extra": extra} if extra else event
