"""Progress of `&&` triggers: what a job has already satisfied, per mapping."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dashboard.models.keys import trigger_key
from dashboard.store.database import sql
from dashboard.store.rows.job_ids import key_of
from qubecb.dispatch.ports.jobs import Memory, ProgressKey
from qubecb.jobs.ids import JobId

_READ = """
    SELECT job_id, directory, file, "trigger", satisfied FROM dashboard_progressrecord
    WHERE job_id IN ({places})
"""
_SAVE = sql.insert(
    "dashboard_progressrecord",
    (
        "job_id",
        "directory",
        "file",
        "trigger",
        "trigger_key",
        "satisfied",
        "changed_at",
    ),
    """
    ON CONFLICT (job_id, directory, file, trigger_key)
    DO UPDATE SET satisfied = excluded.satisfied, changed_at = excluded.changed_at
    """,
)
_DROP = """
    DELETE FROM dashboard_progressrecord
    WHERE job_id = %s AND directory = %s AND file = %s AND trigger_key = %s
"""
_FORGET = "DELETE FROM dashboard_progressrecord WHERE job_id IN ({places})"


def progress(jobs: Collection[JobId]) -> dict[ProgressKey, Memory]:
    """Give the memory of these jobs."""
    ids = {key_of(job): job for job in jobs}
    return {
        ProgressKey(ids[job], *key): sql.load(satisfied)
        for job, *key, satisfied in sql.rows_in(_READ, ids)
    }


def save(changes: Mapping[ProgressKey, Memory], now: float) -> None:
    """Store memory; an empty one forgets."""
    at = sql.moment(now)
    sql.each(_DROP, [_key(key) for key, memory in changes.items() if not memory])
    sql.each(
        _SAVE,
        [
            (
                *(key_of(key.job), key.directory, key.file, key.trigger),
                *(trigger_key(key.trigger), sql.dump(memory), at),
            )
            for key, memory in changes.items()
            if memory
        ],
    )


def forget(jobs: Collection[JobId]) -> None:
    """Drop the memory of these jobs."""
    for chunk in sql.chunks(map(key_of, jobs)):
        sql.execute(_FORGET.format(places=sql.places(chunk)), chunk)


def _key(key: ProgressKey) -> tuple[object, ...]:
    return key_of(key.job), key.directory, key.file, trigger_key(key.trigger)
