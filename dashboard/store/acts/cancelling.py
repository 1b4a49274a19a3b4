"""Cancels runs: one that waits ends at once, one that runs is ended by its worker.

Only what was really changed is counted and answered: a worker may claim a run at the same moment.
"""

from __future__ import annotations

import time
from typing import Literal

from dashboard.machine.waking import CANCELLATIONS, wake
from dashboard.store.database import sql
from dashboard.store.database.transactions import writing
from dashboard.store.people import audit
from dashboard.store.people.audit import By
from dashboard.store.rows import runs as run_rows
from dashboard.store.rows.runs import COLUMNS
from dashboard.store.runs.claiming import WAITING
from dashboard.store.runs.statistics import roll_up_rows
from qubecb.runner.outcome import RunState

_ONE = f"""
    UPDATE dashboard_run SET state = 'cancelled', reason = %s, ended_at = %s
    WHERE id = %s AND state = 'queued' RETURNING {COLUMNS}
"""  # noqa: S608 (constants)
#: Waits for runs that another transaction has locked: it may claim only some of them.
_QUEUED = f"""
    UPDATE dashboard_run SET state = 'cancelled', reason = %s, ended_at = %s
    WHERE state = 'queued' AND id IN (
        SELECT id FROM dashboard_run {{by}}
        WHERE state = 'queued' AND directory = %s AND file = %s
        ORDER BY id LIMIT %s {{held}}
    ) RETURNING {COLUMNS}
"""  # noqa: S608 (constants)
_ASK = """
    UPDATE dashboard_run SET cancel_reason = %s
    WHERE id = %s AND state = 'running' AND cancel_reason = ''
"""
#: Runs that one transaction cancels.
_PORTION = 500


def cancel_run(run: int, by: By, reason: str = "") -> Literal["cancelled", "asked", ""]:
    """Cancel a run: end it at once if it waits, or ask its worker to end it.

    Takes the run's id, who cancels it and why. Gives an empty text if it had ended already.
    """
    sentence, now = _sentence(by, reason), time.time()
    with writing():
        cancelled = run_rows.read(_ONE, [sentence, sql.moment(now), run])
        roll_up_rows(cancelled, RunState.CANCELLED, now)
        asked = not cancelled and sql.execute(_ASK, [sentence, run]) == 1
        if cancelled or asked:
            audit.record(by, "cancel", f"run {run}", reason=reason)
    wake(CANCELLATIONS)
    return "cancelled" if cancelled else "asked" if asked else ""


def cancel_queued(directory: str, file: str, by: By, reason: str = "") -> int:
    """Cancel all waiting runs of a callback; gives how many.

    Each portion is added to the audit entry in the transaction that cancels it.
    """
    statement = _QUEUED.format(by=sql.by(WAITING), held=sql.held())
    sentence, count, entry = _sentence(by, reason), 0, None
    while True:
        with writing():
            now = time.time()
            whose = (sentence, sql.moment(now), directory, file, _PORTION)
            cancelled = run_rows.read(statement, whose)
            roll_up_rows(cancelled, RunState.CANCELLED, now)
            count += len(cancelled)
            if entry is None:
                entry = audit.record(by, "cancel", f"{directory}/{file}", reason=reason)
            audit.amend(entry, runs=count)
        if not cancelled:
            return count


def _sentence(by: By, reason: str) -> str:
    why = f": {reason.strip()}" if reason.strip() else ""
    return sql.clean(f"cancelled by {by.name}{why}")[:300]
