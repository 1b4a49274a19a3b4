"""What an event makes of a stored job, of one of its items and of one of its instances.

The embedded farm keeps jobs from their events: fields merge, and the status is the event's own
`job.status`, else what the event's name means. An event about an item or an instance leaves the
job's status alone unless it brings one: the supervisor computes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Protocol

from qubecb.jobs.fields import ENDED, has_come
from qubecb.jobs.job import Job, merged
from qubecb.jobs.parts import ItemChange, Parts
from qubecb.jobs.record import JobRecord, without_parts
from qubecb.jobs.targets import INSTANCE, ITEM, JOB

#: What the name of an event says about the status of what it is about.
MEANT: Mapping[str, str] = {
    "submit": "pending",
    "complete": "complete",
    "failed": "failed",
    "killed": "killed",
    "done": "complete",
    "blocked": "blocked",
    "running": "running",
    "waiting": "waiting",
    "assigned": "running",
    "unblock": "pending",
}
#: Which of a job's times an event sets, when its source did not.
_TIMES = {
    "submit": "timesubmit",
    "running": "timestart",
    "complete": "timecomplete",
    "failed": "timecomplete",
    "killed": "timecomplete",
    "done": "timecomplete",
}


class Happened(Protocol):
    """The part of an event that is needed here; `qubecb.events.Event` is one."""

    @property
    def name(self) -> str:
        """`failed`, `submit`, …"""

    @property
    def type(self) -> str:
        """`job`, `subjob`, `work`, …"""

    @property
    def extra(self) -> str | None:
        """Instance id or item name."""

    @property
    def time(self) -> float:
        """Unix seconds."""

    @property
    def job(self) -> Job:
        """The job, as the source sent it."""


def is_submission(event: Happened) -> bool:
    """Whether it is the submission of a job, also of one that was known: a new job then.

    A new job has only what its event says.
    """
    return event.name == "submit" and event.type == JOB


def after_event(stored: Job | None, event: Happened) -> Job:
    """Give the job as it is after the event; `stored` is None for one never seen.

    Fields that the event does not bring stay. A name, a label or a user once known is not
    forgotten because an event leaves it out; neither is a parent or a process group.
    """
    told = event.job
    before = stored or Job(told.id)
    return Job(
        id=told.id,
        name=told.name or before.name,
        pid=told.pid or before.pid,
        pgrp=before.pgrp if told.pgrp == told.id else told.pgrp,
        label=told.label or before.label,
        status=told.status or _meant(event, before.status, event.type == JOB),
        user=told.user or before.user,
        fields=merged(before.fields, _times(event), _told_fields(event)),
    )


def item_after_event(event: Happened) -> ItemChange | None:
    """Give what the event makes of the item or instance it is about; None for a job."""
    if event.type not in (ITEM, INSTANCE) or event.extra is None:
        return None
    told = _told(event)
    brought = told.pop("status", "")
    known = brought if isinstance(brought, str) else ""
    status = known or _meant(event, "", True) or None
    key = event.extra if event.type == ITEM else str(int(event.extra))
    return ItemChange(event.type, key, status, MappingProxyType(told))


def stamped(job: Job, event: Happened) -> Job:
    """Give the job with the times that an event sets."""
    return replace(job, fields=merged(job.fields, _times(event)))


def part_changes_of(event: Happened) -> Iterator[ItemChange]:
    """Give what an event makes of its job's items and instances, in order.

    First the agenda and the instances that it brings, then the one that it is about.
    """
    if "agenda" in event.job.fields or "subjobs" in event.job.fields:
        told = JobRecord.of(event.job)
        for item in told.items:
            yield ItemChange(ITEM, item.name, item.status or None, item.fields)
        for one in told.instances:
            yield ItemChange(INSTANCE, str(one.id), one.status or None, one.fields)
    own = item_after_event(event)
    if own is not None:
        yield own


def record_after_event(stored: JobRecord | None, event: Happened) -> JobRecord:
    """Give the whole record after the event: the job, and its items and instances.

    An agenda that the event brings is merged by name, so that an item stays with what is
    known of it; the item or instance that the event is about is made if it was unknown.
    A submission is that of a new job, whatever is stored.
    """
    if stored is None or is_submission(event):
        stored = JobRecord(Job(event.job.id))
    parts = Parts(stored.items, stored.instances)
    parts.take(part_changes_of(event))
    job = without_parts(after_event(stored.job, event))
    return JobRecord(job, tuple(parts.items.values()), tuple(parts.instances.values()))


def _meant(event: Happened, before: str, counts: bool) -> str:
    """The status that an event's name means; `done` does not say which end it was."""
    if not counts or (event.name == "done" and before in ENDED):
        return before
    return MEANT.get(event.name, before)


def _times(event: Happened) -> dict[str, int]:
    moment = int(event.time)
    times = {"lastupdate": moment}
    if event.type == JOB and event.name in _TIMES:
        times[_TIMES[event.name]] = moment
    return times


def _told_fields(event: Happened) -> dict[str, Any]:
    """The job's other fields as told; an unset time does not undo what the event means."""
    times = _times(event)
    return {
        name: value
        for name, value in event.job.fields.items()
        if name not in times or has_come(value)
    }


def _told(event: Happened) -> dict[str, Any]:
    """What the event's job says about the very item or instance that it is about."""
    parts, key = ("agenda", "name") if event.type == ITEM else ("subjobs", "id")
    members = event.job.fields.get(parts)
    for member in members if isinstance(members, list | tuple) else ():
        if isinstance(member, Mapping) and str(member.get(key)) == event.extra:
            return {
                name: value
                for name, value in member.items()
                if name not in (key, "pid")
            }
    return {}
