"""Deletes what is old, by age and by count, in small transactions that delay nobody.

* Events and runs are kept for QUBECB_RETENTION_DAYS, of runs at most QUBECB_RETENTION_RUNS.
* Pauses and conditions are kept for as long after their end: no event that is kept was judged
  with older ones.
* Statistics are kept five times as long.
* Jobs are kept while they are attached, or while a run or an event of theirs is kept.
* Sessions are kept until they expire, notes about spool files as long as events of their time.
* What people did is kept for ever, and nothing that waits or runs is deleted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils import timezone

from dashboard.models import (
    ConditionsRecord,
    EventKind,
    EventRecord,
    JobRecord,
    PauseRecord,
    ProcessSpan,
    ProgressRecord,
    RollUp,
    Run,
    RunOutput,
    ScriptVersion,
    SpoolProblem,
    TextId,
    TimerRecord,
)
from dashboard.store.configuration.pauses import end_those_over
from dashboard.store.database import sql
from dashboard.store.database.transactions import writing
from dashboard.store.runs import settling
from qubecb.runner.outcome import UNFINISHED

#: Rows of one transaction.
PORTION = 500
#: Spans of processes: enough for years of a quiet service, or days of one that keeps dying.
MOST_SPANS = 100_000
#: Statistics are small and are kept this many times longer.
STATISTICS_FACTOR = 5
_CHAINS = "SELECT chain FROM dashboard_run WHERE id IN ({places}) AND open"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept: days, and runs at most (0: no bound)."""

    days: int = 90
    runs: int = 0
    attached_days: int = 30
    progress_days: int = 30


def prune(retention: Retention) -> Counter[str]:
    """Delete what is too old; gives how many rows of each kind."""
    dropped: Counter[str] = Counter()
    for kind, count in _portions(retention, timezone.now()):
        dropped[kind] += count
    return dropped


def _portions(retention: Retention, now: datetime) -> Iterator[tuple[str, int]]:
    """Delete one portion after the other, each in its own transaction."""
    old = now - timedelta(days=retention.days)
    ended = Run.objects.exclude(state__in=UNFINISHED)
    yield from _drop("runs", ended.filter(queued_at__lt=old), "queued_at")
    if retention.runs:
        beyond = _too_many(Run, retention.runs).exclude(state__in=UNFINISHED)
        yield from _drop("runs", beyond, "id")
    yield from _drop("events", _old_events(old), "accepted_at")
    hour = now - timedelta(days=retention.days * STATISTICS_FACTOR)
    yield from _drop("statistics", RollUp.objects.filter(hour__lt=hour), "hour")
    yield from _drop("statistics", EventKind.objects.filter(hour__lt=hour), "hour")
    edge_of_progress = now - timedelta(days=retention.progress_days)
    forgotten = ProgressRecord.objects.filter(changed_at__lt=edge_of_progress)
    yield from _drop("progress", forgotten, "changed_at")
    days = max(retention.attached_days, retention.days)
    yield from _drop("jobs", _old_jobs(now - timedelta(days=days)), "last_event")
    yield from _drop("text ids", _unused_ids(old), "used_on")
    with writing():
        end_those_over(now)
    ended_pauses = PauseRecord.objects.filter(ended_at__lt=old)
    yield from _drop("pauses", ended_pauses, "ended_at")
    silent = ProcessSpan.objects.filter(last_at__lt=old)
    yield from _drop("process spans", silent, "last_at")
    yield from _drop("process spans", _too_many(ProcessSpan, MOST_SPANS), "id")
    yield from _drop("conditions", _old_conditions(old), "created_at")
    yield from _drop("scripts", _old_scripts(old), "last_run_at")
    notes = SpoolProblem.objects.filter(found_at__lt=old)
    yield from _drop("spool notes", notes, "found_at")
    # a sign-in that failed in the future would lock somebody out until then
    to_come = AccessAttempt.objects.filter(attempt_time__gt=now + timedelta(hours=1))
    yield from _drop("failed sign-ins", to_come, "attempt_time")
    expired = Session.objects.filter(expire_date__lt=now)
    yield from _drop("sessions", expired, "expire_date")


def _too_many(model: type[Model], most: int) -> QuerySet[Any]:
    """The rows beyond the newest `most`."""
    rows = model._default_manager.all()
    edge = rows.order_by("-id").values_list("id", flat=True)[most : most + 1].first()
    return rows.filter(id__lte=edge) if edge is not None else rows.none()


def _old_events(old: datetime) -> QuerySet[EventRecord]:
    waiting = Run.objects.filter(event=OuterRef("sequence"), state__in=UNFINISHED)
    return EventRecord.objects.filter(
        ~Exists(waiting), accepted_at__lt=old, planned_at__isnull=False
    )


def _old_jobs(old: datetime) -> QuerySet[JobRecord]:
    waiting = Run.objects.filter(job=OuterRef("id"), state__in=UNFINISHED)
    return JobRecord.objects.filter(~Exists(waiting), last_event__lt=old)


def _unused_ids(old: datetime) -> QuerySet[TextId]:
    """Ids that are text, and that nothing names any more."""
    key = OuterRef("key")
    named = (
        EventRecord.objects.filter(job_id=key),
        Run.objects.filter(job=key),
        JobRecord.objects.filter(id=key),
        JobRecord.objects.filter(pid=key),
        JobRecord.objects.filter(pgrp=key),
    )
    unused = TextId.objects.filter(used_on__lt=old - timedelta(days=1))
    return unused.filter(*(~Exists(each) for each in named))


def _old_conditions(old: datetime) -> QuerySet[ConditionsRecord]:
    """Conditions that began before then, but for the newest of them, which was still in force."""
    begun = ConditionsRecord.objects.filter(created_at__lt=old)
    newest = begun.order_by("-created_at", "-id").first()
    return begun.exclude(pk=newest.pk) if newest else begun


def _old_scripts(old: datetime) -> QuerySet[ScriptVersion]:
    return ScriptVersion.objects.filter(last_run_at__lt=old - timedelta(days=1))


def _drop(kind: str, rows: QuerySet[Any], age: str) -> Iterator[tuple[str, int]]:
    """Delete these rows and what belongs to them, one portion in each transaction.

    Takes the column that says how old they are, and deletes in its order: in any other, the
    search for the last, incomplete portion would read everything that is kept, and all writers
    would wait for it.
    """
    oldest = rows.order_by(age).values_list("pk", flat=True)
    while True:
        with writing():
            keys = list(oldest[:PORTION])
            chains: Collection[int] = ()
            if kind == "runs":
                settling.lock(keys)
                chains = _open_chains(keys)
                RunOutput.objects.filter(run_id__in=keys).delete()
            if kind == "jobs":
                TimerRecord.objects.filter(job_id__in=keys).delete()
                ProgressRecord.objects.filter(job_id__in=keys).delete()
            rows.model._default_manager.filter(pk__in=keys).delete()
            settling.decide(chains)
        yield kind, len(keys)
        if len(keys) < PORTION:
            return


def _open_chains(runs: Collection[int]) -> set[int]:
    """The open chains that one of these runs stands for: another run must do so afterwards."""
    return {chain for chain in sql.column_in(_CHAINS, runs) if chain}
