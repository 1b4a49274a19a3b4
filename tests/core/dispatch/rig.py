"""A dispatch store with its surroundings, and the values that its tests are made of."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from qubecb.dispatch.ports.configuration import BoundDirectory, MappingKey, Pause
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob, ProgressKey
from qubecb.dispatch.ports.planning import DispatchStore, Planning
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.dispatch.ports.timers import Timer, TimerKey
from qubecb.events import Event, split_spec
from qubecb.jobs import Act, Job
from qubecb.jobs.ids import JobId

FOLDER = "/studio/callback"
MAIL = MappingKey(FOLDER, "mail.qcb")
_ids = itertools.count(1)


class Rig(Protocol):
    """A store and its surroundings."""

    @property
    def store(self) -> DispatchStore:
        """The store, empty at first."""

    def accept(
        self,
        event: Event,
        *,
        depth: int = 0,
        only: MappingKey | None = None,
        test: bool = False,
        act: Act | None = None,
    ) -> int | None:
        """Accept an event as the API does, or an act; give its sequence, None for a duplicate."""

    def configure(self, *directories: BoundDirectory) -> int:
        """Bring a configuration in force; revision numbers are the store's own."""

    def pause(self, pause: Pause) -> None:
        """Store a pause."""

    def age(self, job: int, days: float) -> None:
        """Let a job's last event lie that many days back."""

    def plan_again(self, sequence: int) -> None:
        """Let an event that is set aside be planned."""

    def runs(self) -> Sequence[PlannedRun]:
        """Give all runs that are stored, in order."""

    def remarks(self) -> Mapping[int, str]:
        """Give the remarks on events by sequence, those with one only."""


def event(spec: str, job: int = 7, identity: str | None = None, **told: Any) -> Event:
    """An event as a source would send it."""
    name, kind, extra = split_spec(spec)
    made = Job.from_dict({"id": job, **told})
    identity = identity or f"contract-{next(_ids)}"
    return Event(identity, name, kind, extra, 1764000000.0, made)


def acted(
    rig: Rig, verb: str, event: str = "", job: int = 7, **arguments: Any
) -> int | None:
    """Accept what a verb does to a job, and the event that it means, if any."""
    name, _, kind = event.partition("-")
    happened = Event(f"contract-{next(_ids)}", name, kind, None, 1764000000.0, Job(job))
    return rig.accept(happened, act=Act(verb, (str(job),), arguments))


def known(job: int, binding: int | None, since: int = 1, **told: Any) -> KnownJob:
    """A job as the dispatcher stores it."""
    removed = told.pop("removed", False)
    return KnownJob(Job.from_dict({"id": job, **told}), binding, since, removed)


def ids(jobs: Iterable[KnownJob]) -> set[JobId]:
    """The ids of jobs."""
    return {each.job.id for each in jobs}


class Interrupted(Exception):
    """What a test breaks a transaction with."""


def save(rig: Rig, *jobs: KnownJob) -> None:
    """Store jobs in a transaction of their own."""
    with rig.store.planning() as planning:
        planning.save_jobs(jobs, [])


def timer(job: int, extra: str, due: float = 1.0, interval: int | None = None) -> Timer:
    """A timer of a job."""
    kind = "repeat" if interval else "time"
    return Timer(TimerKey(job, "dummy", kind, extra), due, interval)


def globaltime() -> Event:
    """The event of a time of the site."""
    job = Job(id=0)
    return Event(f"contract-{next(_ids)}", "dummy", "globaltime", "5", 5.0, job)


def write_and_fail(rig: Rig, binding: int) -> None:
    """Use every writing method in a transaction that then fails."""
    with rig.store.planning() as planning:
        write_everything(planning, binding, planning.take(9))
        raise Interrupted


def write_everything(
    planning: Planning, binding: int, taken: Sequence[AcceptedEvent]
) -> None:
    """Use every writing method of a transaction."""
    sequence = taken[0].sequence
    revision = planning.binding(binding).directories[0].revision
    planning.save_jobs([known(7, binding, sequence, pid=3)], taken)
    planning.save_progress({ProgressKey(7, FOLDER, "a.py", "x"): {"y": sequence}})
    first = timer(7, "1")
    planning.add_timers([first, timer(7, "2"), timer(7, "3", interval=5)])
    planning.fire_timer(first, event("dummy-time-1"), None)
    run = PlannedRun(sequence, 7, MAIL, "done-job-self", revision)
    planning.queue([run, run])
    planning.planned(taken, {sequence: "a remark"})
