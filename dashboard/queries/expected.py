"""What a backtest expected of a revision, beside what came since it was saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Sum
from django.utils import timezone

from dashboard.models import BacktestRecord, Revision, RollUp
from qubecb.runner.outcome import ENDED

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expected:
    """Runs a day of one callback."""

    file: str
    before: float
    expected: float
    #: None: it is too early to say.
    came: float | None


def expected(revision: Revision, record: BacktestRecord) -> list[Expected]:
    """Compare runs a day: as they were, as they were expected, and as they came.

    What came is counted by full hours, until the next revision was saved.
    """
    days = max((record.until - record.since) / _DAY, 1 / 24)
    told = (record.result or {}).get("callbacks", [])
    until = _end(revision)
    lasted = (until - revision.created_at) / _DAY
    counts = _counts(revision, until) if lasted >= 1 / 24 else None
    return [
        Expected(
            each["file"],
            each["before"] / days,
            each["after"] / days,
            None if counts is None else counts.get(each["file"], 0) / lasted,
        )
        for each in told
    ]


def _end(revision: Revision) -> datetime:
    """When another revision was saved, or now."""
    later = Revision.objects.filter(directory=revision.directory, pk__gt=revision.pk)
    found = later.order_by("pk").values_list("created_at", flat=True).first()
    return found or timezone.now()


def _counts(revision: Revision, until: datetime) -> dict[str, int]:
    """Runs that ended, by file; those that were kept back are among them."""
    ended = sum((F(str(state)) for state in ENDED[1:]), F(str(ENDED[0])))
    hours = RollUp.objects.filter(
        directory=revision.directory,
        hour__gte=revision.created_at.replace(minute=0, second=0, microsecond=0),
        hour__lt=until,
    )
    return dict(hours.values_list("file").annotate(runs=Sum(ended)))
