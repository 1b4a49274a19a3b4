"""Deciding that what was suppressed is not to be run: the other choice is a replay."""

from __future__ import annotations

from collections.abc import Collection

from dashboard.models.runs import DISCARDED
from dashboard.store import audit, sql
from dashboard.store.audit import By
from dashboard.store.replaying import named
from dashboard.store.statistics import Ended, roll_up
from dashboard.store.transactions import writing
from qubecb.runner.outcome import RunState

_DISCARD = """
    UPDATE dashboard_run
    SET state = 'cancelled', reason = SUBSTR(%s || reason, 1, 500)
    WHERE id IN ({places}) AND state = 'suppressed' AND NOT EXISTS (
        SELECT 1 FROM dashboard_run AS again
        WHERE again.event = dashboard_run.event AND again.replay_of = dashboard_run.id
    )
    RETURNING id, directory, file, "trigger", test, ended_at
"""


def discard(runs: Collection[int], by: By) -> list[int]:
    """Cancel runs that were suppressed, for good; give those that were.

    Takes run ids and who wants it. Each keeps why it was suppressed, and the moment; it is
    counted as cancelled from now on. Runs in any other state are left alone, so that asked
    twice is done once, and so are those that were replayed. A single one can still be
    replayed.
    """
    sentence = sql.clean(f"{DISCARDED}{by.name}; it was suppressed: ")
    done: list[int] = []
    with writing():
        for chunk in sql.chunks(sorted(set(runs))):
            statement = _DISCARD.format(places=sql.places(chunk))
            rows = sql.rows(statement, [sentence, *chunk])
            roll_up([each for row in rows if not row[4] for each in _counted(row)])
            done += [row[0] for row in rows]
        if done:
            audit.record(by, "discard", named(done), runs=len(done))
    return done


def _counted(row: sql.Row) -> tuple[Ended, Ended]:
    """What the roll-up of its hour takes back, and what it counts instead."""
    whose, at = (row[1], row[2], row[3]), sql.unix(row[5])
    return (
        Ended(*whose, RunState.SUPPRESSED, at, count=-1),
        Ended(*whose, RunState.CANCELLED, at),
    )
