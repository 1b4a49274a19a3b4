"""What a test fire begins with, and what it caused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.models import EventRecord, JobRecord, Run
from dashboard.queries.large import large
from dashboard.queries.output import Chunk, last_output
from dashboard.queries.paging import LARGEST_KEY
from qubecb.jobs.ids import JobId
from qubecb.runner.outcome import RunState

#: Runs that are shown with their output.
MOST_SHOWN = 10
_OUTPUT = 8 * 1024
_OWN = ("id", "name", "pid", "pgrp", "label", "status", "user")


@dataclass(frozen=True, slots=True)
class FiredRun:
    """A run of a test fire, with the end of its output."""

    run: Run
    output: Chunk

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return RunState(self.run.state).ended


@dataclass(frozen=True, slots=True)
class Fired:
    """A fired event and what it caused so far."""

    event: EventRecord
    runs: Sequence[FiredRun]
    more: int

    @property
    def ended(self) -> bool:
        """Whether it is dispatched and everything that is shown has ended."""
        met = self.event.planned_at is not None or self.event.set_aside_at is not None
        return met and all(run.ended for run in self.runs)

    @property
    def simulated(self) -> bool:
        """Whether its runs are simulations."""
        return self.event.source == "simulate"


def fired(sequence: int) -> Fired | None:
    """Give what a test fire caused, or None when there is no such test."""
    key = min(sequence, LARGEST_KEY)
    event = EventRecord.events.filter(pk=key, test=True).defer("job").first()
    if event is None:
        return None
    found = Run.objects.filter(event=key).defer("job_then", "traceback")
    runs = list(found.order_by("pk")[:MOST_SHOWN])
    shown = [FiredRun(run, last_output(run, _OUTPUT)) for run in runs]
    return Fired(event, shown, max(0, event.runs_count - len(runs)))


def sequence_of(event_id: str) -> int | None:
    """Give the sequence of an event by its id."""
    found = EventRecord.events.filter(event_id=event_id)
    return found.values_list("sequence", flat=True).first()


def from_event(sequence: int) -> dict[str, Any]:
    """Give the form's fields for a recorded event; nothing when it is gone."""
    found = EventRecord.events.filter(pk=min(sequence, LARGEST_KEY)).defer("job")
    event = found.first()
    if event is None:
        return {}
    what = {"name": event.name, "type": event.type, "extra": event.extra}
    sent = large(EventRecord, event.sequence, "job")
    values = sent.values if sent else {}
    if not isinstance(values, dict):  # too long, or damaged
        return what | {"job": event.job_id, "more": None}
    return what | _job({**values, "id": event.job_id})


def from_job(identity: JobId) -> dict[str, Any]:
    """Give the form's fields for a stored job; its id alone when it is not known."""
    job = JobRecord.objects.filter(pk=identity).defer("fields").first()
    if job is None:
        return {"job": identity}
    return _job({name: getattr(job, name) for name in _OWN})


def _job(job: dict[str, Any]) -> dict[str, Any]:
    more = {key: value for key, value in job.items() if key not in _OWN}
    named = {name: job.get(name) or "" for name in _OWN[2:]}
    named["pgrp"] = "" if job.get("pgrp") == job["id"] else named["pgrp"]
    return {**named, "job": job["id"], "job_name": job.get("name", ""), "more": more}
