"""Running again what a recorded event caused. Nothing is ever replayed by itself."""

from __future__ import annotations

import time
from collections.abc import Collection

from django.db import connection

from dashboard.store import audit, sql
from dashboard.store.audit import By
from dashboard.store.transactions import writing
from dashboard.store.waking import RUNS, knock
from qubecb.jobs.job import LARGEST_ID

_FRESH = "'queued', '', %s, '', '', 0, '', '[]', '[]', '', '', ''"
_REPLAY = f"""
    INSERT INTO dashboard_run (
        state, reason, queued_at, worker, mode, grandchildren, cancel_reason, actions,
        notes, signature, last_line, script_sha256,
        test, simulate, directory, file, "trigger", trigger_key, event, event_spec, job,
        job_name, "user", revision, depth, replay_of
    )
    SELECT {_FRESH}, test, simulate, directory, file, "trigger", trigger_key, event,
        event_spec, job, job_name, "user", revision, depth, id
    FROM dashboard_run AS run
    WHERE id IN ({{places}}) AND state NOT IN ('queued', 'running') AND NOT simulate
    AND EXISTS (SELECT 1 FROM dashboard_eventrecord WHERE sequence = run.event)
    AND NOT EXISTS (
        SELECT 1 FROM dashboard_run AS again
        WHERE again.event = run.event AND again.replay_of = run.id AND again.id > %s
    )
    ORDER BY id
    RETURNING id, replay_of, event
"""  # noqa: S608 (constants)
_LOCK = "SELECT id FROM dashboard_run WHERE id IN ({places}) ORDER BY id FOR UPDATE"
_COUNT = """
    UPDATE dashboard_eventrecord SET runs_count = runs_count + 1 WHERE sequence = %s
"""

#: Runs that an audit entry names.
_NAMED = 20


def replay(runs: Collection[int], by: By, seen: int = LARGEST_ID) -> dict[int, int]:
    """Queue runs again that have ended, each as a new run of the same event and job.

    Takes run ids, who wants it, and the newest run that there was when the person was
    asked; gives the new id by the old one. Left out: runs that have not ended, simulations,
    runs whose event is no longer stored, and runs that were replayed since: asked twice,
    done once. The script that runs is the one on disk then; a callback that is paused is
    suppressed as always.
    """
    at = sql.moment(time.time())
    new = {}
    with writing():
        for chunk in sql.chunks(sorted(set(runs))):
            _take_turn(chunk)
            statement = _REPLAY.format(places=sql.places(chunk))
            queued = sql.rows(statement, [at, *chunk, seen])
            new.update({old: identity for identity, old, _ in queued})
            sql.each(_COUNT, [(event,) for _, _, event in queued])
        if new:
            audit.record(by, "replay", named(new), runs=len(new))
    knock(RUNS)
    return new


def _take_turn(runs: Collection[int]) -> None:
    """PostgreSQL only: whoever replays the same run at this moment waits, and then sees ours."""
    if connection.vendor == "postgresql":
        sql.rows_in(_LOCK, runs)


def named(runs: Collection[int]) -> str:
    """What the audit log calls these runs: the first of them."""
    return ", ".join(f"run {each}" for each in sorted(runs)[:_NAMED])
