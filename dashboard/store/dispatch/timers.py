"""Timers: times and intervals to come. A fired one is kept, and never due again."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from dashboard.models.keys import trigger_key
from dashboard.store.database import sql
from dashboard.store.rows.job_ids import ids_of, key_of
from qubecb.dispatch.ports.timers import Timer, TimerKey
from qubecb.events import QUBE_EPOCH
from qubecb.jobs.ids import JobId

_KEY_COLUMNS = ("job_id", "name", "type", "extra", "directory", "file", "trigger_key")
_KEY = " AND ".join(f'"{column}" = %s' for column in _KEY_COLUMNS)
_ADD = sql.insert(
    "dashboard_timerrecord",
    (*_KEY_COLUMNS, "trigger", "due", "interval"),
    f"ON CONFLICT ({', '.join(_KEY_COLUMNS)}) DO NOTHING",
)
_DROP = f"DELETE FROM dashboard_timerrecord WHERE {_KEY}"  # noqa: S608 (constants)
_SET_DUE = f"UPDATE dashboard_timerrecord SET due = %s WHERE {_KEY}"  # noqa: S608 (constants)
_DUE = """
    SELECT job_id, name, type, extra, directory, file, "trigger", due, "interval"
    FROM dashboard_timerrecord WHERE due IS NOT NULL AND due <= %s
    ORDER BY due, id LIMIT %s
"""
#: An interval is at its start if it is due at the time with which its extra begins.
_PULL_BACK = f"""
    UPDATE dashboard_timerrecord
    SET due = due - (CEIL((due - %s) / "interval") - 1) * "interval"
    WHERE "interval" IS NOT NULL AND due > %s + "interval"
    AND LTRIM(extra, '0') NOT LIKE CAST(CAST(due - {QUBE_EPOCH} AS BIGINT) AS TEXT) || '-%%'
"""  # noqa: S608 (constants)
_NEXT = "SELECT MIN(due) FROM dashboard_timerrecord WHERE due IS NOT NULL"
_FORGET = "DELETE FROM dashboard_timerrecord WHERE job_id IN ({places})"
_END = """
    UPDATE dashboard_timerrecord SET due = NULL
    WHERE type = 'repeat' AND due IS NOT NULL AND job_id IN ({places})
"""


def add(timers: Iterable[Timer]) -> int:
    """Store timers; one whose key was stored before stays as it is. Gives how many are new."""
    return sql.each(
        _ADD,
        [
            (*_key(timer.key), timer.key.trigger, timer.due, timer.interval)
            for timer in timers
        ],
    )


def due(now: float, limit: int) -> list[Timer]:
    """Give timers that are due, the earliest first."""
    found = sql.rows(_DUE, [now, limit])
    ids = ids_of(job for job, *_ in found)
    return [
        Timer(TimerKey(ids[job], *key), due, interval)
        for job, *key, due, interval in found
    ]


class NextDue:
    """When the next timer is due; read again only after planning that may have changed it."""

    def __init__(self) -> None:
        self._is_known = False
        self._due: float | None = None

    def forget(self, changed: int = 1) -> None:
        """Note that so many timers were changed."""
        if changed:
            self._is_known = False

    def read(self) -> float | None:
        """Give when the next timer is due (Unix seconds), or None."""
        if not self._is_known:
            self._due, self._is_known = sql.value(_NEXT), True
        return self._due


def pull_back(now: float) -> int:
    """Make intervals that have begun due after one more interval at most, on their grid."""
    return sql.execute(_PULL_BACK, [now, now])


def set_due(key: TimerKey, moment: float | None) -> int:
    """Set when a timer is due next; None: never again."""
    return sql.execute(_SET_DUE, (moment, *_key(key)))


def end_repeats(jobs: Collection[JobId]) -> int:
    """End the intervals of these jobs; gives how many there were."""
    return _of_jobs(_END, jobs)


def drop(keys: Iterable[TimerKey]) -> int:
    """Drop timers, so that they may be added again; gives how many there were."""
    return sql.each(_DROP, [_key(key) for key in keys])


def forget(jobs: Collection[JobId]) -> int:
    """Drop all timers of these jobs; gives how many there were."""
    return _of_jobs(_FORGET, jobs)


def _of_jobs(statement: str, jobs: Collection[JobId]) -> int:
    return sum(
        sql.execute(statement.format(places=sql.places(chunk)), chunk)
        for chunk in sql.chunks(map(key_of, jobs))
    )


def _key(key: TimerKey) -> tuple[object, ...]:
    where = (key.directory, key.file, trigger_key(key.trigger))
    return (key_of(key.job), key.name, key.type, key.extra, *where)
