"""Runs of the past, with the pauses that kept them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from dashboard.models import PauseRecord, Run
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.why.evidence import Counted, RecordedPause, RecordedRun

_COLUMNS = (
    *("id", "event", "job", "directory", "file", "trigger", "state", "reason"),
    *("queued_at", "started_at", "ended_at", "settled", "settled_by", "replay_of"),
    *("pause", "satisfied_by"),
)


#: Those that are not simulations.
REAL = Q(simulate=False)


def runs_where(wanted: Q) -> list[RecordedRun]:
    """Give runs, oldest first, in at most three statements."""
    found = Run.objects.filter(wanted).order_by("id")
    rows = [*found.values(*_COLUMNS)]
    pauses = _pauses({row["pause"] for row in rows} - {None})
    return [_run(row, pauses) for row in rows]


def _pauses(ids: Iterable[int]) -> dict[int, RecordedPause]:
    wanted = sorted(ids)
    if not wanted:
        return {}
    counted = Run.objects.filter(pause__in=wanted).values_list("pause")
    counts = dict(counted.annotate(Count("id")))
    found = PauseRecord.objects.filter(pk__in=wanted)
    return {each.pk: _pause(each, counts.get(each.pk, 1) - 1) for each in found}


def _pause(pause: PauseRecord, others: int) -> RecordedPause:
    return RecordedPause(
        id=pause.pk,
        directory=pause.directory,
        file=pause.file,
        reason=pause.reason,
        by=pause.author,
        since=pause.created_at.timestamp(),
        until=_unix(pause.end),
        others=others,
    )


def _run(row: Mapping[str, Any], pauses: Mapping[int, RecordedPause]) -> RecordedRun:
    return RecordedRun(
        id=row["id"],
        event=row["event"],
        job=row["job"],
        key=MappingKey(row["directory"], row["file"]),
        trigger=row["trigger"],
        state=row["state"],
        reason=row["reason"],
        queued_at=row["queued_at"].timestamp(),
        started_at=_unix(row["started_at"]),
        ended_at=_unix(row["ended_at"]),
        settled=row["settled"],
        settled_by=row["settled_by"],
        replay_of=row["replay_of"],
        pause=pauses.get(row["pause"]),
        satisfied_by=_satisfied(row["satisfied_by"]),
    )


def _satisfied(stored: Any) -> Sequence[Counted]:
    return [Counted(spec, sequence, event) for spec, sequence, event, _ in stored or ()]


def _unix(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
