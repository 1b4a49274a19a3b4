"""Dismisses runs: nobody has to look at them any more, and they are not replayed."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import replace

from dashboard.models.runs import DISMISSED
from dashboard.store.acts.replaying import named
from dashboard.store.database import sql
from dashboard.store.database.transactions import writing
from dashboard.store.people import audit
from dashboard.store.people.audit import By
from dashboard.store.runs import settling
from dashboard.store.runs.settling import Member, Standing
from qubecb.runner.outcome import RunState

LONGEST_REASON = 500
#: The reason of a discard for which nobody gave one.
_DISCARDED = "not to be run"


def dismiss(runs: Collection[int], by: By, reason: str) -> list[int]:
    """Settle runs, and the whole chain of each, with a person's reason.

    Takes run ids, who dismisses them and why; gives the runs that were open. Skips chains that
    are not open, so a second request changes nothing, and chains with a replay that waits or
    runs.
    """
    return _dismiss("dismiss", runs, by, reason, lambda _: True)


def discard(runs: Collection[int], by: By, reason: str = "") -> list[int]:
    """Dismiss the suppressed runs among these: they will not be run."""
    asked = frozenset(runs)

    def is_meant(newest: Member) -> bool:
        return newest.state is RunState.SUPPRESSED and newest.id in asked

    return _dismiss("discard", runs, by, reason or _DISCARDED, is_meant)


def _dismiss(
    act: str,
    runs: Collection[int],
    by: By,
    reason: str,
    is_meant: Callable[[Member], bool],
) -> list[int]:
    why = sql.clean(reason.strip())[:LONGEST_REASON]
    at = sql.moment(time.time())
    dismissed = Standing(False, DISMISSED, sql.clean(by.name)[:150], why, at)
    done: list[int] = []
    with writing():
        settling.lock(runs)
        for chain in settling.members(settling.roots_of(runs)).values():
            newest = _open_member(chain)
            if newest is not None and is_meant(newest):
                _settle(chain, newest, dismissed)
                done.append(newest.id)
        if done:
            audit.record(by, act, named(done), runs=len(done), reason=why)
    return done


def _open_member(chain: Collection[Member]) -> Member | None:
    """The run that stands for an open chain; None while a replay waits or runs."""
    if not all(each.state.ended for each in chain):
        return None
    return next((each for each in chain if each.standing.open), None)


def _settle(chain: list[Member], newest: Member, dismissed: Standing) -> None:
    settled = [
        replace(each, standing=dismissed) if each is newest else each for each in chain
    ]
    settling.write(chain, settling.standings(settled))
