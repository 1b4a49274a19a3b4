"""Events that could not be judged: they are planned again when somebody says so.

Each then has its own place in the order of acceptance, before what was accepted after it and
is planned already: see qubecb.dispatch.lives.
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
#: Events that an audit entry names.
_NAMED = 20


def plan_again(by: By, events: Collection[int] | None = None) -> list[int]:
    """Let events that are set aside be planned; give those that were, by sequence.

    Takes who wants it, and which: sequences, or None for all of them. Asked twice, done once.
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
    """Let what another version set aside be planned by this one; gives how many events."""
    with writing():
        return len(_again("set_aside_version <> %s", __version__))


def _again(which: str, *values: object) -> list[int]:
    return sql.column(_AGAIN.format(which=which), values)
