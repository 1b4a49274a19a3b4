"""Runs again what a recorded event caused. Nothing is ever replayed automatically."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from dashboard.machine.waking import RUNS, wake
from dashboard.store.configuration import pauses
from dashboard.store.database import sql
from dashboard.store.database.transactions import writing
from dashboard.store.people import audit
from dashboard.store.people.audit import By
from dashboard.store.rows import runs as run_rows
from dashboard.store.rows.runs import COLUMNS, RunRow
from dashboard.store.runs import settling
from dashboard.store.runs.statistics import kept_back, roll_up_rows
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.jobs.ids import LARGEST_ID
from qubecb.runner.outcome import RunState

_WANTED = f"""
    SELECT {COLUMNS} FROM dashboard_run AS run
    WHERE id IN ({{places}}) AND state NOT IN ('queued', 'running') AND NOT simulate
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
"""  # noqa: S608 (constants)
_COUNT = """
    UPDATE dashboard_eventrecord SET runs_count = runs_count + 1 WHERE sequence = %s
"""

#: Runs that one audit entry lists.
_NAMED = 20


def replay(runs: Collection[int], by: By, seen: int = LARGEST_ID) -> dict[int, int]:
    """Queue ended runs again, each as a new run of the same event and job.

    Takes run ids, who replays them, and the newest run that existed when the person confirmed;
    gives the new id by the old one. Skips runs that have not ended, simulations, runs whose
    event is no longer stored, runs with a replay that waits or runs, and runs that were
    replayed since, so a second request changes nothing. Of one chain only the newest run is
    taken. The new run uses the script that is on disk when it starts; a paused or disabled
    callback is suppressed as always.
    """
    now, new = time.time(), {}
    with writing():
        for chunk in sql.chunks(sorted(set(runs))):
            for why, wanted in _wanted(chunk, seen, now).items():
                new.update(_queue(wanted, *why, now))
        if new:
            audit.record(by, "replay", named(new), runs=len(new))
    wake(RUNS)
    return new


def _wanted(
    runs: Sequence[int], seen: int, now: float
) -> dict[tuple[str, int | None], list[RunRow]]:
    """The runs to replay, grouped by why they would be suppressed: a reason or "", and a pause.

    Two replays of one chain at the same moment wait for each other.
    """
    settling.lock(runs)
    statement = _WANTED.format(places=sql.places(runs))
    newest = {run.root: run for run in run_rows.read(statement, [*runs, seen])}
    suppression = pauses.suppression(now)
    wanted: dict[tuple[str, int | None], list[RunRow]] = {}
    for run in newest.values():
        key = MappingKey(run.directory, run.file)
        pause = suppression.pause(key)
        why = suppression.reason(key), pause.id if pause else None
        wanted.setdefault(why, []).append(run)
    return wanted


def _queue(
    runs: Sequence[RunRow], why_not: str, pause: int | None, now: float
) -> dict[int, int]:
    """Store the new runs; give their ids by the ids of the runs that they replay."""
    at, new = sql.moment(now), {}
    causes = run_rows.causes([run.id for run in runs])
    for run in runs:
        cause, begun = causes[run.id], run_rows.waiting(at)
        if why_not:
            begun = run_rows.suppressed(at, why_not, pause, cause)
        begun = begun._replace(replay_of=run.id, chain=run.root)
        new[run.id] = run_rows.store_one(cause, begun)
    sql.each(_COUNT, [(run.event,) for run in runs])
    if why_not:
        roll_up_rows(runs, RunState.SUPPRESSED, now, kept_back(pause))
        settling.decide({run.root for run in runs})
    return new


def named(runs: Collection[int]) -> str:
    """The subject of the audit entry: the first of these runs."""
    return ", ".join(f"run {each}" for each in sorted(runs)[:_NAMED])
