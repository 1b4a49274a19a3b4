"""Ending runs by a person's wish: one that waits at once, one that runs by its worker."""

from __future__ import annotations

import time
from collections.abc import Sequence

from dashboard.store import audit, sql
from dashboard.store.audit import By
from dashboard.store.claiming import WAITING
from dashboard.store.statistics import roll_up_rows
from dashboard.store.transactions import writing
from dashboard.store.waking import CANCELLATIONS, knock
from qubecb.runner.outcome import RunState

_ONE = """
    SELECT id, directory, file, "trigger", test FROM dashboard_run
    WHERE id = %s AND state = 'queued'
"""
_QUEUED = """
    SELECT id, directory, file, "trigger", test FROM dashboard_run {by}
    WHERE state = 'queued' AND directory = %s AND file = %s ORDER BY id LIMIT %s
"""
_CANCEL = """
    UPDATE dashboard_run SET state = 'cancelled', reason = %s, ended_at = %s
    WHERE id = %s AND state = 'queued'
"""
_ASK = """
    UPDATE dashboard_run SET cancel_reason = %s
    WHERE id = %s AND state = 'running' AND cancel_reason = ''
"""
#: Runs that one transaction cancels.
_PORTION = 500


def cancel_run(run: int, by: By, reason: str = "") -> bool:
    """Cancel a run: at once when it waits, else its worker is told to end it.

    Takes the run's id, who wants it and why. Gives False when it had ended already.
    """
    sentence = _sentence(by, reason)
    with writing():
        rows = sql.rows(_ONE, [run])
        _cancel(rows, sentence)
        asked = bool(rows) or sql.execute(_ASK, [sentence, run]) == 1
        if asked:
            audit.record(by, "cancel", f"run {run}", reason=reason)
    knock(CANCELLATIONS)
    return asked


def cancel_queued(directory: str, file: str, by: By, reason: str = "") -> int:
    """Cancel everything that waits of a callback; gives how many runs.

    Each portion is counted in the audit entry in the transaction that cancels it.
    """
    statement = _QUEUED.format(by=sql.by(WAITING))
    sentence, count, entry = _sentence(by, reason), 0, None
    while True:
        with writing():
            rows = sql.rows(statement, [directory, file, _PORTION])
            _cancel(rows, sentence)
            count += len(rows)
            if entry is None:
                entry = audit.record(by, "cancel", f"{directory}/{file}", reason=reason)
            audit.amend(entry, runs=count)
        if len(rows) < _PORTION:
            return count


def _cancel(rows: Sequence[sql.Row], sentence: str) -> None:
    now = time.time()
    at = sql.moment(now)
    sql.each(_CANCEL, [(sentence, at, row[0]) for row in rows])
    roll_up_rows(rows, RunState.CANCELLED, now)


def _sentence(by: By, reason: str) -> str:
    why = f": {reason.strip()}" if reason.strip() else ""
    return sql.clean(f"cancelled by {by.name}{why}")[:300]
