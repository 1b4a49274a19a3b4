"""Counts ended runs by callback, trigger and hour, in the transaction that ends them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from dashboard.models.keys import trigger_key
from dashboard.models.statistics import BUCKETS
from dashboard.store.database import sql
from dashboard.store.rows.runs import RunRow
from qubecb.durations import HOUR
from qubecb.runner.outcome import ENDED, RunState
from qubecb.why.causes import Code

#: The first half of PostgreSQL's advisory lock of an hour's counts.
_LOCK = 7_823
_COUNTS = ", ".join(ENDED)
_READ = f"""
    SELECT id, directory, file, trigger_key, {_COUNTS}, durations, seconds,
        kept_back
    FROM dashboard_rollup WHERE hour = %s
"""  # noqa: S608 (constants)
_INSERT = sql.insert(
    "dashboard_rollup",
    (
        *("directory", "file", "trigger", "trigger_key", "hour"),
        *(*ENDED, "durations", "seconds", "kept_back"),
    ),
)
_UPDATE = f"""
    UPDATE dashboard_rollup
    SET {", ".join(f"{state} = %s" for state in ENDED)}, durations = %s, seconds = %s,
        kept_back = %s
    WHERE id = %s
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class Ended:
    """One run that ended: whose, how and when (Unix seconds); or an end that is taken back."""

    directory: str
    file: str
    trigger: str
    state: RunState
    at: float
    #: How long it ran; None for one that was not started.
    seconds: float | None = None
    #: -1 takes back what was counted: a late outcome replaces `lost`.
    count: int = 1
    #: Of a suppressed one, the code of what kept it back.
    kept_back: Code | None = None


@dataclass(slots=True)
class _Row:
    """The counts of one callback and trigger in one hour."""

    trigger: str = ""
    id: int | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ENDED, 0))
    durations: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0
    #: Suppressed ones by code.
    kept_back: dict[str, int] = field(default_factory=dict)

    def add(self, ended: Ended) -> None:
        self.trigger = ended.trigger
        counted = self.counts[ended.state] + ended.count
        self.counts[ended.state] = max(0, counted)
        if ended.seconds is not None:
            self.durations[bisect_left(BUCKETS, ended.seconds)] += 1
            self.seconds += ended.seconds
        if ended.kept_back:
            before = self.kept_back.get(ended.kept_back, 0)
            self.kept_back[ended.kept_back] = before + ended.count

    def values(self) -> tuple[object, ...]:
        kept_back = sql.dump(self.kept_back) if self.kept_back else None
        durations = sql.dump(self.durations)
        return (*self.counts.values(), durations, self.seconds, kept_back)


def roll_up(ended: Iterable[Ended]) -> None:
    """Count runs that ended. Call it in the write transaction that records them.

    On PostgreSQL it takes a lock for each hour, the earliest first; nobody who has one may wait for
    a row of a run, see dashboard.store.runs.settling.
    """
    hours: dict[int, list[Ended]] = {}
    for each in ended:
        hours.setdefault(int(each.at // HOUR) * HOUR, []).append(each)
    for hour, members in sorted(hours.items()):
        _roll_up_hour(hour, members)


def kept_back(pause: int | None) -> Code:
    """Give the code of what keeps a run back: the pause, or its language if there is no pause."""
    return Code.LANGUAGE_DISABLED if pause is None else Code.PAUSED


def roll_up_rows(
    runs: Iterable[RunRow], state: RunState, at: float, kept_back: Code | None = None
) -> None:
    """Count runs that ended without an outcome; tests are not counted."""
    roll_up(
        Ended(run.directory, run.file, run.trigger, state, at, kept_back=kept_back)
        for run in runs
        if not run.test
    )


def _codes(stored: Any) -> dict[str, int]:
    return {} if stored is None else dict(sql.load(stored))


def _roll_up_hour(hour: int, ended: list[Ended]) -> None:
    stored = _stored(hour, {each.file for each in ended})
    touched: dict[tuple[str, str, str], _Row] = {}
    for each in ended:
        key = (each.directory, each.file, trigger_key(each.trigger))
        touched.setdefault(key, stored.get(key) or _Row()).add(each)
    at = sql.moment(hour)
    new = {key: row for key, row in touched.items() if row.id is None}
    sql.each(
        _INSERT,
        [
            (*key[:2], row.trigger, key[2], at, *row.values())
            for key, row in new.items()
        ],
    )
    old = [row for row in touched.values() if row.id is not None]
    sql.each(_UPDATE, [(*row.values(), row.id) for row in old])


def _stored(hour: int, files: set[str]) -> dict[tuple[str, str, str], _Row]:
    """What is counted of these files in this hour, locked where others may write too."""
    statement = f"{_READ} AND file IN ({sql.places(list(files))})"
    if connection.vendor == "postgresql":
        sql.rows("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, hour // HOUR])
    found = {}
    for row in sql.rows(statement, [sql.moment(hour), *sorted(files)]):
        identity, directory, file, key, *counted, durations, seconds, codes = row
        counts = dict(zip(ENDED, counted, strict=True))
        found[directory, file, key] = _Row(
            "", identity, counts, list(sql.load(durations)), seconds, _codes(codes)
        )
    return found
