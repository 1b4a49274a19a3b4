"""Running again what a recorded event caused. Nothing is ever replayed by itself."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from dashboard.store import audit, pauses, settling, sql
from dashboard.store.audit import By
from dashboard.store.statistics import roll_up_rows
from dashboard.store.transactions import writing
from dashboard.store.waking import RUNS, knock
from qubecb.dispatch.ports import MappingKey
from qubecb.jobs.job import LARGEST_ID
from qubecb.runner.outcome import RunState

_WANTED = """
    SELECT id, directory, file, COALESCE(chain, id) FROM dashboard_run AS run
    WHERE id IN ({places}) AND state NOT IN ('queued', 'running') AND NOT simulate
    AND EXISTS (SELECT 1 FROM dashboard_eventrecord WHERE sequence = run.event)
    AND NOT EXISTS (
        SELECT 1 FROM dashboard_run AS again
        WHERE again.event = run.event AND again.replay_of = run.id AND again.id > %s
    )
    AND NOT EXISTS (
        SELECT 1 FROM dashboard_run AS again
        WHERE again.chain = COALESCE(run.chain, run.id)
        AND again.state IN ('queued', 'running')
    )
    ORDER BY id
"""
_FRESH = "'', '', 0, '', '[]', '[]', '', '', ''"
_REPLAY = f"""
    INSERT INTO dashboard_run (
        state, reason, pause, queued_at, ended_at, open,
        worker, mode, grandchildren, cancel_reason, actions, notes, signature, last_line,
        script_sha256, test, simulate, directory, file, "trigger", trigger_key, event,
        event_spec, job, job_name, "user", revision, depth, replay_of, chain
    )
    SELECT %s, %s, %s, %s, %s, %s AND NOT test,
        {_FRESH}, test, simulate, directory, file, "trigger", trigger_key, event,
        event_spec, job, job_name, "user", revision, depth, id, COALESCE(chain, id)
    FROM dashboard_run WHERE id IN ({{places}}) ORDER BY id
    RETURNING id, directory, file, "trigger", test, replay_of, event, chain
"""  # noqa: S608 (constants)
_COUNT = """
    UPDATE dashboard_eventrecord SET runs_count = runs_count + 1 WHERE sequence = %s
"""

#: Runs that an audit entry names.
_NAMED = 20


def replay(runs: Collection[int], by: By, seen: int = LARGEST_ID) -> dict[int, int]:
    """Queue runs again that have ended, each as a new run of the same event and job.

    Takes run ids, who wants it, and the newest run that there was when the person was
    asked; gives the new id by the old one. Left out: runs that have not ended, simulations,
    runs whose event is no longer stored, runs of which a replay waits or runs, and runs that
    were replayed since: asked twice, done once. Of several of one chain the newest is taken.
    The script that runs is the one on disk then; a callback that is paused, or whose language
    is disabled, is suppressed as always.
    """
    now, new = time.time(), {}
    with writing():
        for chunk in sql.chunks(sorted(set(runs))):
            for why, ids in _wanted(chunk, seen, now).items():
                new.update(_queue(ids, *why, now))
        if new:
            audit.record(by, "replay", named(new), runs=len(new))
    knock(RUNS)
    return new


def _wanted(
    runs: Sequence[int], seen: int, now: float
) -> dict[tuple[str, int | None], list[int]]:
    """Which of these are replayed, by why they are not to be run: a reason, or "", and a pause.

    Whoever replays one of the same chain at this moment waits for us, or we for them.
    """
    settling.lock(runs)
    found = sql.rows(_WANTED.format(places=sql.places(runs)), [*runs, seen])
    newest = {row[3]: row for row in found}
    suppression = pauses.suppression(now)
    wanted: dict[tuple[str, int | None], list[int]] = {}
    for identity, directory, file, _ in newest.values():
        key = MappingKey(directory, file)
        pause = suppression.pause(key)
        why = suppression.reason(key), pause.id if pause else None
        wanted.setdefault(why, []).append(identity)
    return wanted


def _queue(
    runs: Sequence[int], reason: str, pause: int | None, now: float
) -> dict[int, int]:
    """Store the new runs; give their ids by those that they replay."""
    at, state = sql.moment(now), RunState.SUPPRESSED if reason else RunState.QUEUED
    ended = at if reason else None
    given = [state.value, reason[:500], pause, at, ended, state.opens]
    rows = sql.rows(_REPLAY.format(places=sql.places(runs)), [*given, *runs])
    sql.each(_COUNT, [(row[6],) for row in rows])
    if reason:
        roll_up_rows(rows, state, now)
        settling.decide({row[7] for row in rows})
    return {row[5]: row[0] for row in rows}


def named(runs: Collection[int]) -> str:
    """What the audit log calls these runs: the first of them."""
    return ", ".join(f"run {each}" for each in sorted(runs)[:_NAMED])
