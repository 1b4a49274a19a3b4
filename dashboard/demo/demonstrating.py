"""A believable farm for looking at pages: days of events and runs, with past times.

Everything goes through the store's own functions: events are accepted and planned by the
real dispatcher with the configuration in force, and the outcomes are recorded as a worker
records them. Only that the callbacks ran is made up. Each portion is one transaction, so
that a service which runs meanwhile never sees a run of it waiting.
"""

from __future__ import annotations

import random
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from django.utils import timezone

from dashboard.demo import outcomes
from dashboard.models import EventRecord, JobRecord, Run
from dashboard.models.events import WAITING
from dashboard.store.acts.dismissing import dismiss
from dashboard.store.configuration.editing import observe_all
from dashboard.store.database.transactions import writing
from dashboard.store.dispatch.planning import OrmStore
from dashboard.store.intake.acceptance import Origin, rows_of
from dashboard.store.people.audit import By
from dashboard.store.rows.events import store
from dashboard.store.runs.recording import Scripts, record
from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.durations import DAY
from qubecb.errors import QubecbError
from qubecb.events import Event, new_event_id
from qubecb.jobs import Job

USERS = ("jo", "ines", "bastien", "mei", "farouk", "lena")
SEQUENCES = ("sea", "cave", "tower", "market", "dream")
STEPS = ("ribgen", "render", "composite")
FRAMES = 12
#: Chances of a job and of one of its frames to fail, and of a job to be killed.
JOB_FAILS, FRAME_FAILS, KILLED = 0.12, 0.25, 0.04


class Waiting(QubecbError):
    """Events wait to be planned; a demonstration would take them for its own."""


@dataclass(frozen=True, slots=True)
class Told:
    """How much a demonstration made."""

    events: int
    runs: int


def demonstrate(days: int, jobs_a_day: int, seed: int = 7) -> Told:
    """Make so many days of a farm with so many jobs a day, up to now.

    Raises Waiting when events wait to be planned.
    """
    chance = random.Random(seed)  # noqa: S311 (nothing secret)
    observe_all()
    numbered = JobRecord.objects.filter(id__gt=0).order_by("-id")
    newest = numbered.values_list("id", flat=True).first()
    number = max(5000, int(newest or 0) // 1000 * 1000 + 1000)
    events = runs = 0
    start = time.time() - days * DAY
    for place in range(days * jobs_a_day // len(STEPS)):
        begins = start + (place + chance.random()) * DAY * len(STEPS) / jobs_a_day
        made = _write(list(_shot(chance, number, begins)), chance)
        events, runs = events + made.events, runs + made.runs
        number += len(STEPS)
    _dismiss_old()
    return Told(events, runs)


def _dismiss_old() -> None:
    """Dismiss all failures but those of the last day, as a person would have."""
    morning = timezone.now() - timedelta(days=1)
    old = Run.objects.filter(open=True, ended_at__lt=morning)
    reason = "looked at: the mail server was away"
    dismiss(list(old.values_list("id", flat=True)), By("mei", "demonstration"), reason)


def _write(events: list[Event], chance: random.Random) -> Told:
    """Accept, plan and record what happened of one shot so far, in one transaction."""
    past = [event for event in events if event.time <= time.time()]
    past.sort(key=lambda event: event.time)
    runs = 0
    with writing():
        if EventRecord.objects.filter(WAITING).exists():
            raise Waiting
        for event in past:
            runs += _happen(event, chance)
    return Told(len(past), runs)


def _happen(event: Event, chance: random.Random) -> int:
    """One event at its time, and what it caused; gives how many runs."""

    def clock() -> float:
        return event.time

    before = Run.objects.order_by("-id").values_list("id", flat=True).first() or 0
    store(rows_of([event], Origin("api", "qube-relay"), event.time))
    Dispatcher(OrmStore(clock), DispatchSettings(), clock).step(1)
    new = Run.objects.filter(id__gt=before)
    waiting = list(new.filter(state="queued"))
    new.filter(state="queued").update(state="running", worker="demo")
    record([outcomes.outcome(run, event, chance) for run in waiting], Scripts())
    return len(waiting)


def _shot(chance: random.Random, first: int, begins: float) -> Iterator[Event]:
    """A process group of three jobs, one after the other."""
    user = chance.choice(USERS)
    sequence = f"{chance.choice(SEQUENCES)}{chance.randrange(10, 90, 10):03}"
    name = f"{sequence}_{chance.randrange(10, 990, 10):04}"
    at = begins
    for place, step in enumerate(STEPS):
        job = Job(
            id=first + place,
            name=f"{name}_{step}_v{chance.randrange(1, 40):03}",
            pgrp=first,
            label=step,
            user=user,
            fields=MappingProxyType(
                {
                    "priority": chance.choice((10, 50, 9999)),
                    "cluster": f"/{sequence}",
                    "cpus": 4,
                    "prod_shot": name,
                    "mailaddress": f"{user}@studio.example",
                }
            ),
        )
        yield _event(job, "submit", begins + place)
        at += chance.uniform(20, 600)
        yield _event(job, "running", at)
        fate, at = yield from _frames(job, at, chance)
        yield _event(job, fate, at)
        if fate != "complete":
            return


def _frames(
    job: Job, at: float, chance: random.Random
) -> Generator[Event, None, tuple[str, float]]:
    """The frames of a job; gives how the job ends, and when."""
    fails = chance.random() < JOB_FAILS
    for frame in range(1, FRAMES + 1):
        at += chance.expovariate(1 / 40)
        bad = fails and chance.random() < FRAME_FAILS
        yield _event(job, "failed" if bad else "complete", at, str(frame))
    if chance.random() < KILLED:
        return "killed", at + 5
    return ("failed" if fails else "complete"), at + 2


def _event(job: Job, name: str, at: float, frame: str | None = None) -> Event:
    kind = "job" if frame is None else "work"
    return Event(new_event_id(), name, kind, frame, at, job)
