"""Questions about the past while they wait for another process, and while it answers them.

Each request for the answer shows that somebody still waits; a question without requests is ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from dashboard.models import BacktestRecord, WhyRecord
from dashboard.models.questions import DONE, FAILED, RUNNING, UNANSWERED, WAITING
from dashboard.store.database.transactions import writing

AnyRecord: TypeAlias = BacktestRecord | WhyRecord
Record = TypeVar("Record", BacktestRecord, WhyRecord)
#: By the name of its kind.
KINDS: Mapping[str, type[AnyRecord]] = MappingProxyType(
    {"backtest": BacktestRecord, "why": WhyRecord}
)
#: Seconds after which a question that nobody asks about is given up.
PATIENCE = 60.0
#: Seconds between two notes that somebody asked.
_NOTED = 5.0
#: How long a question is kept that does not belong to a revision.
KEPT = timedelta(days=1)
_LOOSE = {BacktestRecord: Q(saved_as__isnull=True), WhyRecord: Q()}
#: How many may wait, of everybody and of one author.
MOST, MOST_OF_ONE = 50, 10
FORSAKEN = f"nobody asked for it for {PATIENCE:.0f} s"
REPLACED = "another one was asked for instead"
CANCELLED = "it was cancelled"
DIED = "the process that computed it ended"
STILL = f"the process that computed it stood still for {PATIENCE:.0f} s"


class TooMany(Exception):
    """Too many questions wait, so this one is refused; the message says so."""


def ask(record: Record) -> Record:
    """Let a question be answered. Raises TooMany."""
    record.state = WAITING
    record.created_at = record.asked_at = timezone.now()
    with writing():
        full = _fullness(str(record.author))
        if not full:
            record.save()
    if full:
        raise TooMany(full)
    return record


def _fullness(author: str) -> str:
    """Say why one more question of an author is refused now, or nothing."""
    open_ = [_wanted(kind).filter(UNANSWERED) for kind in KINDS.values()]
    own = [each.filter(author=author) for each in open_]
    for found, most, whose in ((own, MOST_OF_ONE, "of yours "), (open_, MOST, "")):
        if sum(each.count() for each in found) >= most:
            told = f"{most} questions {whose}about the past wait or are being answered"
            return f"{told}. Try again in a minute."
    return ""


def found(kind: type[AnyRecord], identity: int) -> AnyRecord | None:
    """Give a question; None: it does not exist."""
    return kind.objects.filter(pk=identity).first()


def looked_at(kind: type[Record], identity: int) -> Record | None:
    """Give a question, and record that somebody asked for the answer; None: it does not exist."""
    found = kind.objects.filter(pk=identity).first()
    if found and found.state in (WAITING, RUNNING):
        now = timezone.now()
        if now - found.asked_at > timedelta(seconds=_NOTED):
            with writing():
                kind.objects.filter(pk=identity).update(asked_at=now)
    return found


def told(record: AnyRecord) -> dict[str, Any]:
    """Give what all kinds of questions have in JSON, which calls a waiting one running."""
    return {
        "state": RUNNING if record.state == WAITING else record.state,
        "reason": record.reason,
        "progress": round(record.progress, 3),
        "since": record.since.isoformat(),
        "until": record.until.isoformat(),
    }


def claim() -> AnyRecord | None:
    """Take the oldest that waits (None: none does); give up those that nobody asks about now."""
    waiting = [
        each
        for kind in KINDS.values()
        if (each := kind.objects.filter(state=WAITING).order_by("id").first())
    ]
    for found in sorted(waiting, key=lambda each: each.created_at):
        if found.asked_at < _edge():
            fail(found, FORSAKEN)
            continue
        with writing():
            if _move(found, WAITING, state=RUNNING):
                return found
    return None


def go_on(record: AnyRecord, progress: float) -> bool:
    """Record the progress, from 0 to 1; give whether somebody still asks for it."""
    with writing():
        wanted = _wanted(type(record)).filter(pk=record.pk, state=RUNNING)
        return bool(wanted.update(progress=progress))


def is_wanted(record: AnyRecord) -> bool:
    """Give whether a question is being answered, and somebody still asks for the answer."""
    return bool(_wanted(type(record)).filter(pk=record.pk, state=RUNNING).exists())


def finish(record: AnyRecord, result: dict[str, Any], **more: Any) -> None:
    """Store the result. Takes other columns, too."""
    changes = {"state": DONE, "progress": 1.0, "ended_at": timezone.now(), **more}
    with writing():
        _move(record, RUNNING, result=result, **changes)


def fail(record: AnyRecord, reason: str) -> None:
    """Give up a question that is being answered, or waits."""
    open_ = type(record).objects.filter(UNANSWERED, pk=record.pk)
    with writing():
        open_.update(state=FAILED, reason=reason[:500], ended_at=timezone.now())


def give_up_running() -> None:
    """Give up the questions of a process that has died."""
    for kind in KINDS.values():
        for record in kind.objects.filter(state=RUNNING):
            fail(record, DIED)


def forget_old() -> None:
    """Delete old questions that do not belong to a revision."""
    edge = timezone.now() - KEPT
    for kind in KINDS.values():
        old = kind.objects.filter(_LOOSE[kind], created_at__lt=edge)
        if old.exists():
            with writing():
                old.delete()


def _edge() -> datetime:
    """Questions last asked about before this time are forsaken."""
    return timezone.now() - timedelta(seconds=PATIENCE)


def _wanted(
    kind: type[AnyRecord],
) -> QuerySet[BacktestRecord] | QuerySet[WhyRecord]:
    return kind.objects.filter(asked_at__gte=_edge())


def _move(record: AnyRecord, only: str, **changes: Any) -> bool:
    found = type(record).objects.filter(pk=record.pk, state=only)
    return bool(found.update(**changes))
