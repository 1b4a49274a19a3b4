"""Plans events again that could not be judged and were set aside.

Each keeps its place in the order of acceptance, before later events that are planned already:
see qubecb.dispatch.lives.
"""

from __future__ import annotations

from collections.abc import Collection

from dashboard.machine.waking import EVENTS, wake
from dashboard.store.database import sql
from dashboard.store.database.transactions import writing
from dashboard.store.people import audit
from dashboard.store.people.audit import By
from qubecb import __version__

_AGAIN = """
    UPDATE dashboard_eventrecord SET set_aside_at = NULL, remark = ''
    WHERE set_aside_at IS NOT NULL AND {which} RETURNING sequence
"""
#: Events that one audit entry lists.
_NAMED = 20


def plan_again(by: By, events: Collection[int] | None = None) -> list[int]:
    """Plan events again that are set aside; gives their sequences.

    Takes who asks, and which events: sequences, or None for all of them. A second request
    changes nothing.
    """
    done: list[int] = []
    with writing():
        if events is None:
            done = _again("1 = 1")
        for chunk in sql.chunks(sorted(set(events or ()))):
            done += _again(f"sequence IN ({sql.places(chunk)})", *chunk)
        if done:
            named = ", ".join(f"event {each}" for each in sorted(done)[:_NAMED])
            audit.record(by, "plan-again", named, events=len(done))
    wake(EVENTS)
    return sorted(done)


def after_upgrade() -> int:
    """Plan again what another version of qubecb set aside; gives how many events."""
    with writing():
        return len(_again("set_aside_version <> %s", __version__))


def _again(which: str, *values: object) -> list[int]:
    return sql.column(_AGAIN.format(which=which), values)
