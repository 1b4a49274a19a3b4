"""Stored backtests: asked for, computed by another process, kept with a revision.

Each request for the result shows that somebody still waits; a backtest without requests is ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from dashboard.models import BacktestRecord, Revision
from dashboard.models.backtests import DONE, FAILED, RUNNING, STALE, WAITING
from dashboard.models.configuration import meaning_of
from dashboard.store.database.transactions import writing
from dashboard.store.past.backtesting import Question
from qubecb.backtest.edit import Mode
from qubecb.backtest.result import alarming
from qubecb.conffile.document import Document
from qubecb.conffile.meaning import EffectiveMapping, meaning
from qubecb.conffile.reading import digest

#: Seconds after which a backtest that nobody asks for is given up.
PATIENCE = 60.0
#: Seconds between two notes that somebody asked.
_NOTED = 5.0
#: How long a result is shown again for the same edit.
NEW = timedelta(minutes=10)
#: How long a backtest is kept that does not belong to a revision.
KEPT = timedelta(days=1)
#: The result before the backtest is done.
NOTHING_YET: dict[str, Any] = {
    "events": 0,
    "newer_events": 0,
    "not_judged": [],
    "unchanged": 0,
    "callbacks": [],
}
FORSAKEN = f"nobody asked for it for {PATIENCE:.0f} s"
REPLACED = "another one was asked for instead"
DIED = "the process that computed it ended"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for: an edited callbacks.conf, and a span of the past."""

    directory: str
    content: bytes
    since: datetime
    until: datetime
    mode: Mode = "throughout"


def ask(asked: Asked, author: str) -> BacktestRecord:
    """Let a backtest be computed."""
    newest = _newest(asked.directory)
    now = timezone.now()
    with writing():
        return BacktestRecord.objects.create(
            directory=asked.directory,
            content=asked.content,
            sha256=digest(asked.content),
            revision=newest.pk if newest else None,
            since=asked.since,
            until=asked.until,
            mode=asked.mode,
            state=WAITING,
            author=author,
            created_at=now,
            asked_at=now,
        )


def looked_at(identity: int) -> BacktestRecord | None:
    """Give a backtest, and record that somebody asked for it; None: it does not exist."""
    found = BacktestRecord.objects.filter(pk=identity).first()
    now = timezone.now()
    if found and found.state in (WAITING, RUNNING):
        noted = BacktestRecord.objects.filter(pk=identity)
        if now - found.asked_at > timedelta(seconds=_NOTED):
            with writing():
                noted.update(asked_at=now)
    return found


def state_of(record: BacktestRecord) -> str:
    """Give its state: stale if another text than its own has been saved since."""
    if record.state != DONE:
        return str(record.state)
    newest = _newest(record.directory)
    current = newest.pk if newest else None
    return DONE if current in (record.revision, record.saved_as) else STALE


def told(record: BacktestRecord) -> dict[str, Any]:
    """Give a backtest as in JSON, which calls a waiting one running."""
    state = state_of(record)
    found = record.result or NOTHING_YET
    return {
        "state": RUNNING if state == WAITING else state,
        "reason": record.reason,
        "progress": round(record.progress, 3),
        "since": record.since.isoformat(),
        "until": record.until.isoformat(),
        "binding": record.mode,
        **found,
    }


def question_of(record: BacktestRecord) -> Question:
    """Give what is to be computed: against the revision that the text was compared with."""
    was = Revision.objects.filter(pk=record.revision or 0).first()
    return _question(_asked(record), meaning_of(was))


def question(asked: Asked) -> Question:
    """Give what is to be computed, against what is in force now."""
    return _question(asked, meaning_of(_newest(asked.directory)))


def _question(asked: Asked, was: Sequence[EffectiveMapping]) -> Question:
    edited = meaning(Document.from_bytes(asked.content), was)
    span = asked.since.timestamp(), asked.until.timestamp()
    return Question(asked.directory, was, edited, *span, asked.mode)


def _asked(record: BacktestRecord) -> Asked:
    mode: Mode = "new-jobs" if record.mode == "new-jobs" else "throughout"
    span = record.since, record.until
    return Asked(record.directory, bytes(record.content), *span, mode)


def claim() -> BacktestRecord | None:
    """Take the oldest that waits; None: none waits."""
    waiting = BacktestRecord.objects.filter(state=WAITING).order_by("id")
    if not waiting.exists():
        return None
    with writing():
        found = waiting.first()
        if found is None or not _move(found.pk, WAITING, state=RUNNING):
            return None
    return found


def go_on(identity: int, progress: float) -> bool:
    """Record the progress, from 0 to 1; give whether somebody still asks for it."""
    since = timezone.now() - timedelta(seconds=PATIENCE)
    with writing():
        return _move(identity, RUNNING, since, progress=progress)


def finish(identity: int, result: dict[str, Any]) -> None:
    """Store the result."""
    with writing():
        _move(
            identity,
            RUNNING,
            state=DONE,
            progress=1.0,
            result=result,
            ended_at=timezone.now(),
        )


def fail(identity: int, reason: str) -> None:
    """Give up a backtest that is being computed, or waits."""
    open_ = BacktestRecord.objects.filter(pk=identity, state__in=(WAITING, RUNNING))
    with writing():
        open_.update(state=FAILED, reason=reason[:500], ended_at=timezone.now())


def ask_no_longer(identity: int, directory: str) -> None:
    """Give up a backtest because another one is asked for instead."""
    if BacktestRecord.objects.filter(pk=identity, directory=directory).exists():
        fail(identity, REPLACED)


def standing(directory: str, content: bytes) -> BacktestRecord | None:
    """Give the newest backtest of a text that is done, not stale and not old."""
    found = BacktestRecord.objects.filter(
        directory=directory,
        sha256=digest(content),
        state=DONE,
        created_at__gt=timezone.now() - NEW,
    )
    newest = found.order_by("-id").first()
    return newest if newest and state_of(newest) == DONE else None


def word_for(record: BacktestRecord) -> str:
    """Give the word that a person must type to save the edit, or nothing: see alarming."""
    days = (record.until - record.since) / timedelta(days=1)
    return alarming((record.result or NOTHING_YET)["callbacks"], days)


def give_up_running() -> None:
    """Give up the backtests of a process that has died."""
    for identity in BacktestRecord.objects.filter(state=RUNNING).values_list("pk"):
        fail(*identity, DIED)


def forget_old() -> None:
    """Delete old backtests that do not belong to a revision."""
    old = BacktestRecord.objects.filter(
        saved_as__isnull=True, created_at__lt=timezone.now() - KEPT
    )
    if old.exists():
        with writing():
            old.delete()


def keep_with(revision: Revision, identity: int) -> None:
    """Keep a backtest with the revision that its text became, computed or not."""
    with writing():
        BacktestRecord.objects.filter(
            pk=identity, directory=revision.directory, sha256=revision.sha256
        ).update(saved_as=revision.pk)


def kept_with(revision: Revision) -> BacktestRecord | None:
    """Give the newest backtest of the text that became a revision."""
    found = BacktestRecord.objects.filter(saved_as=revision.pk, state=DONE)
    return found.order_by("-id").first()


def _move(
    identity: int, only: str, asked_since: datetime | None = None, **changes: Any
) -> bool:
    found = BacktestRecord.objects.filter(pk=identity, state=only)
    if asked_since is not None:
        found = found.filter(asked_at__gte=asked_since)
    return bool(found.update(**changes))


def _newest(directory: str) -> Revision | None:
    found = Revision.objects.filter(directory=directory).defer("content")
    return found.order_by("-id").first()
