"""Deciding that nobody has to look at a run any more: the other choice is a replay."""

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
#: What a discard without a reason says.
_DISCARDED = "not to be run"


def dismiss(runs: Collection[int], by: By, reason: str) -> list[int]:
    """Settle runs with a person's reason, and with each of them its whole chain.

    Takes run ids, who wants it and why; gives the runs that were open. Left alone are chains
    that are not, so that asked twice is done once, and those of which a replay waits or runs.
    """
    return _dismiss("dismiss", runs, by, reason, lambda _: True)


def discard(runs: Collection[int], by: By, reason: str = "") -> list[int]:
    """Dismiss those of these runs that were suppressed: they are not to be run."""
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
    """The member that stands for an open chain; none while a replay waits or runs."""
    if not all(each.state.ended for each in chain):
        return None
    return next((each for each in chain if each.standing.open), None)


def _settle(chain: list[Member], newest: Member, dismissed: Standing) -> None:
    settled = [
        replace(each, standing=dismissed) if each is newest else each for each in chain
    ]
    settling.write(chain, settling.standings(settled))
