"""Running again what a recorded event caused. Nothing is ever replayed by itself."""

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
            for why, wanted in _wanted(chunk, seen, now).items():
                new.update(_queue(wanted, *why, now))
        if new:
            audit.record(by, "replay", named(new), runs=len(new))
    wake(RUNS)
    return new


def _wanted(
    runs: Sequence[int], seen: int, now: float
) -> dict[tuple[str, int | None], list[RunRow]]:
    """Which of these are replayed, by why they are not to be run: a reason, or "", and a pause.

    Whoever replays one of the same chain at this moment waits for us, or we for them.
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
    """Store the new runs; give their ids by those that they replay."""
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
    """What the audit log calls these runs: the first of them."""
    return ", ".join(f"run {each}" for each in sorted(runs)[:_NAMED])
