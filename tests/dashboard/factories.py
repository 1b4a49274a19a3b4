"""Rows for tests of pages, each with defaults that make sense together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from dashboard.models import (
    EventRecord,
    Heartbeat,
    JobRecord,
    PauseRecord,
    Revision,
    RollUp,
    Run,
    RunOutput,
)
from dashboard.models.keys import trigger_key
from dashboard.models.statistics import BUCKETS
from dashboard.store.people.audit import By
from dashboard.store.rows.job_ids import keep
from qubecb.jobs.ids import JobId
from qubecb.runner.outcome import RunState

DIRECTORY = "/studio/callback"
#: Somebody who acts.
JO = By("jo", "10.0.0.7")
_NUMBERS = count(1)


def person(right: str = "viewer", name: str = "", password: str | None = None) -> User:
    """Somebody with a right; without a password only by `force_login`, which is quick."""
    name = name or f"{right}-{next(_NUMBERS)}"
    user = User.objects.create_user(name, password=password)
    user.groups.add(Group.objects.get_or_create(name=right)[0])
    return user


def event(**given: Any) -> EventRecord:
    """An accepted and dispatched event of job 5042."""
    now = timezone.now()
    values: dict[str, Any] = {
        "event_id": f"event-{next(_NUMBERS)}",
        "name": "failed",
        "type": "job",
        "time": now,
        "job_id": 5042,
        "job": {"id": 5042, "name": "shot_010", "user": "jo"},
        "accepted_at": now,
        "planned_at": now,
        "source": "api",
    }
    values |= given
    keep([values["job_id"]])
    return EventRecord.objects.create(**values)


def revision(
    meaning: list[dict[str, Any]], directory: str = DIRECTORY, number: int = 1
) -> Revision:
    """A revision of the studio's callbacks.conf, by what it means."""
    return Revision.objects.create(
        directory=directory,
        number=number,
        content=b"",
        sha256="0" * 64,
        meaning=meaning,
        source="disk",
        created_at=timezone.now(),
    )


def run(**given: Any) -> Run:
    """A run of mail.py that succeeded a minute ago, of an event of its own."""
    cause = given.pop("of", None) or event(runs_count=1)
    queued = given.pop("queued_at", timezone.now() - timedelta(minutes=1))
    state = given.get("state", "succeeded")
    values: dict[str, Any] = {
        "state": state,
        "directory": DIRECTORY,
        "file": "mail.py",
        "trigger": "failed-job-self",
        "event": cause.sequence,
        "event_spec": cause.spec,
        "job": cause.job_id,
        "job_name": "shot_010",
        "user": "jo",
        "queued_at": queued,
    }
    if state != "queued":
        values |= {"started_at": queued + timedelta(milliseconds=5), "worker": "w"}
    if state not in ("queued", "running"):
        values |= {"ended_at": queued + timedelta(seconds=1), "seconds": 0.995}
    quiet = given.get("test") or given.get("simulate") or given.get("settled")
    values["open"] = RunState(state).opens and not quiet
    values |= given
    return Run.objects.create(trigger_key=trigger_key(values["trigger"]), **values)


def output(of: Run, text: bytes, tail: bytes = b"", total: int | None = None) -> None:
    """What was kept of a run's output."""
    length = len(text) + len(tail) if total is None else total
    RunOutput.objects.create(run=of, head=text, tail=tail, total=length)


def job(identity: JobId = 5042, **given: Any) -> JobRecord:
    """A job as the farm knows it."""
    now = timezone.now()
    values: dict[str, Any] = {
        "name": "shot_010",
        "pgrp": identity,
        "label": "render",
        "status": "running",
        "user": "jo",
        "since": 1,
        "first_seen": now,
        "last_event": now,
    }
    values |= given
    keep([identity, values.get("pid", 0), values["pgrp"]])
    return JobRecord.objects.create(pk=identity, **values)


def roll_up(hours_ago: int = 0, **given: Any) -> RollUp:
    """What ended of mail.py in one hour."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    values: dict[str, Any] = {
        "directory": DIRECTORY,
        "file": "mail.py",
        "trigger": "failed-job-self",
        "hour": hour - timedelta(hours=hours_ago),
        "succeeded": 1,
        "durations": [1] + [0] * len(BUCKETS),
        "seconds": 0.004,
    }
    values |= given
    return RollUp.objects.create(trigger_key=trigger_key(values["trigger"]), **values)


def heartbeat(**given: Any) -> Heartbeat:
    """A process that works."""
    now = timezone.now()
    values: dict[str, Any] = {
        "name": f"farm:{next(_NUMBERS)}:1",
        "host": "farm",
        "pid": 4711,
        "started_at": now,
        "beat_at": now,
    }
    return Heartbeat.objects.create(**{**values, **given})


def pause(**given: Any) -> PauseRecord:
    """A person's pause of mail.py."""
    values: dict[str, Any] = {
        "directory": DIRECTORY,
        "file": "mail.py",
        "reason": "mail server is down",
        "author": "ada",
        "created_at": timezone.now(),
    }
    return PauseRecord.objects.create(**{**values, **given})
