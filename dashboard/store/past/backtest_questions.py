"""Stored backtests: asked for, answered by another process, kept with a revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from dashboard.models import BacktestRecord, Revision
from dashboard.models.configuration import meaning_of
from dashboard.models.questions import DONE, STALE
from dashboard.store.database.transactions import writing
from dashboard.store.past import questions
from dashboard.store.past.backtesting import Backtest
from dashboard.store.past.span_records import span_between
from qubecb.backtest.edit import Edit, Mode
from qubecb.backtest.result import alarming
from qubecb.conffile.document import Document
from qubecb.conffile.meaning import EffectiveMapping, meaning
from qubecb.conffile.reading import digest

#: How long a result is shown again for the same edit.
NEW = timedelta(minutes=10)
#: The result before the backtest is done.
NOTHING_YET: dict[str, Any] = {
    "events": 0,
    "newer_events": 0,
    "not_judged": [],
    "unchanged": 0,
    "callbacks": [],
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for: an edited callbacks.conf, and a span of the past."""

    directory: str
    content: bytes
    since: datetime
    until: datetime
    mode: Mode = "throughout"


def ask(asked: Asked, author: str) -> BacktestRecord:
    """Let a backtest be computed. Raises TooMany."""
    newest = _newest(asked.directory)
    record = BacktestRecord(
        directory=asked.directory,
        content=asked.content,
        sha256=digest(asked.content),
        revision=newest.pk if newest else None,
        since=asked.since,
        until=asked.until,
        mode=asked.mode,
        author=author,
    )
    return questions.ask(record)


def state_of(record: BacktestRecord) -> str:
    """Give its state: stale if another text than its own has been saved since."""
    if record.state != DONE:
        return str(record.state)
    newest = _newest(record.directory)
    current = newest.pk if newest else None
    return DONE if current in (record.revision, record.saved_as) else STALE


def told(record: BacktestRecord) -> dict[str, Any]:
    """Give a backtest as in JSON."""
    found = record.result or NOTHING_YET
    stale = {"state": STALE} if state_of(record) == STALE else {}
    return {**questions.told(record), "binding": record.mode, **found, **stale}


def begun(record: BacktestRecord) -> Backtest:
    """Begin to compute one: against the revision that the text was compared with."""
    was = Revision.objects.filter(pk=record.revision or 0).first()
    return _against(meaning_of(was), _asked(record))


def begun_at_once(asked: Asked) -> Backtest:
    """Begin to compute one that is not stored: against what is in force now."""
    return _against(meaning_of(_newest(asked.directory)), asked)


def _against(was: Sequence[EffectiveMapping], asked: Asked) -> Backtest:
    edited = meaning(Document.from_bytes(asked.content), was)
    edit = Edit.between(asked.directory, was, edited, asked.mode)
    span = span_between(asked.since.timestamp(), asked.until.timestamp())
    return Backtest(edit, span)


def _asked(record: BacktestRecord) -> Asked:
    mode: Mode = "new-jobs" if record.mode == "new-jobs" else "throughout"
    span = record.since, record.until
    return Asked(record.directory, bytes(record.content), *span, mode)


def ask_no_longer(identity: int, directory: str) -> None:
    """Give one up in whose place another is asked for."""
    found = BacktestRecord.objects.filter(pk=identity, directory=directory).first()
    if found is not None:
        questions.fail(found, questions.REPLACED)


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


def _newest(directory: str) -> Revision | None:
    found = Revision.objects.filter(directory=directory).defer("content")
    return found.order_by("-id").first()
