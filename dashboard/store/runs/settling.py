"""Which runs are open, and which are settled and by what.

A run that failed, timed out, crashed, was lost or was suppressed is open until it is settled;
a test never is. A run and all its replays are one chain, and count once:

1. The newest member that has ended and was not cancelled decides.
2. If it succeeded, it made every other member good.
3. If a person dismissed it, the whole chain is dismissed.
4. Else it is open, and stands for the chain: no other member is.

So `open` and `settled` are stored with each run, in the transaction that changes its state or
that of a member of its chain, and nobody has to look at a chain to read them.

On PostgreSQL several transactions change runs at the same time. None of them ever waits for
another that waits for it:

1. Who is free to wait locks all the chains that it changes first, in the order of ids: `lock`.
2. Who holds rows of runs already, because it claims or gives up, takes no chain that it would
   have to wait for: `lock_free`.
3. The locks of statistics come last (dashboard.store.runs.statistics).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from dashboard.models.runs import MADE_GOOD
from dashboard.store.database import sql
from dashboard.store.rows.runs import COLUMNS, WIDTH, RunRow
from qubecb.runner.outcome import RunState

_COLUMNS = f"{COLUMNS}, open, settled, settled_by, settled_reason, settled_at"
_MEMBERS = f"""
    SELECT {_COLUMNS} FROM dashboard_run WHERE id IN ({{places}})
    UNION
    SELECT {_COLUMNS} FROM dashboard_run WHERE chain IN ({{places}})
"""  # noqa: S608 (constants)
_ROOTS = "SELECT COALESCE(chain, id) FROM dashboard_run WHERE id IN ({places})"
_LOCK = """
    SELECT id FROM dashboard_run WHERE id IN (
        SELECT id FROM dashboard_run WHERE id IN ({places})
        UNION
        SELECT id FROM dashboard_run WHERE chain IN ({places})
    ) ORDER BY id FOR UPDATE
"""
_LOCK_FREE = f"{_LOCK} SKIP LOCKED"
_WRITE = """
    UPDATE dashboard_run SET open = %s, settled = %s, settled_by = %s,
        settled_reason = %s, settled_at = %s
    WHERE id = %s
"""
#: Chains that one statement reads: it names each of them twice.
_CHAINS = sql.MOST_PARAMETERS // 2


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a run is open, or what settled it: nothing for one that never was open."""

    open: bool = False
    settled: str = ""
    by: str = ""
    reason: str = ""
    #: As the database's columns hold it.
    at: Any = None


NOTHING, OPEN = Standing(), Standing(open=True)


@dataclass(frozen=True, slots=True)
class Member:
    """One run of a chain."""

    id: int
    state: RunState
    test: bool
    ended_at: Any
    standing: Standing

    @property
    def opens(self) -> bool:
        """Whether it ended so that somebody has to look at it."""
        return self.state.opens and not self.test


def decider(chain: Iterable[Member]) -> Member | None:
    """The newest member that has ended and was not cancelled; None when there is none."""
    ended = (
        each
        for each in chain
        if each.state.ended and each.state is not RunState.CANCELLED
    )
    return max(ended, key=lambda each: each.id, default=None)


def standings(chain: Sequence[Member]) -> dict[int, Standing]:
    """How each member of a chain stands, by id."""
    newest = decider(chain)
    if newest is None or newest.test:
        return {each.id: NOTHING for each in chain}
    others = _of_others(newest)
    found = {each.id: others if each.opens else NOTHING for each in chain}
    if newest.opens and not newest.standing.settled:
        found[newest.id] = OPEN
    return found


def _of_others(newest: Member) -> Standing:
    if newest.state is RunState.SUCCEEDED:
        return Standing(False, MADE_GOOD, str(newest.id), "", newest.ended_at)
    was = newest.standing
    return replace(was, open=False) if was.settled else NOTHING


def roots_of(runs: Collection[int]) -> set[int]:
    """Give the chains of runs: the id of the first run of each."""
    return {*sql.column_in(_ROOTS, sorted(set(runs)))}


def lock(runs: Collection[int]) -> None:
    """Lock the chains of these runs until the transaction ends (PostgreSQL only).

    Call it before any of them is read or changed: they are locked in the order of their ids, so
    that two transactions that need several never wait for each other.
    """
    if connection.vendor == "postgresql":
        _in_chains(_LOCK, roots_of(runs))


def lock_free(runs: Collection[int]) -> list[int]:
    """Lock those chains of these runs that nobody holds a run of; gives the runs of these, in order.

    It never waits. Call it with runs that are locked already, or before they are read again.
    """
    if connection.vendor != "postgresql" or not runs:
        return sorted(runs)
    chains, wanted = members(roots_of(runs)), {*runs}
    locked = {run for (run,) in _in_chains(_LOCK_FREE, chains)}
    found = [{each.id for each in chain} for chain in chains.values()]
    return sorted(run for ids in found if ids <= locked for run in ids & wanted)


def members(roots: Collection[int]) -> dict[int, list[Member]]:
    """The stored runs of chains by the id of the chain's first run, stored or not."""
    found: dict[int, list[Member]] = {root: [] for root in roots}
    for row in _in_chains(_MEMBERS, roots):
        run, standing = RunRow(*row[:WIDTH]), Standing(*row[WIDTH:])
        state = RunState(run.state)
        member = Member(run.id, state, run.test, run.ended_at, standing)
        found[run.root].append(member)
    return found


def decide(roots: Collection[int]) -> None:
    """Decide whether chains are open or settled. Call it whenever one of their runs has changed."""
    for chain in members(roots).values():
        write(chain, standings(chain))


def write(chain: Iterable[Member], wanted: dict[int, Standing]) -> None:
    """Store how members stand where that differs from what is stored."""
    sql.each(
        _WRITE,
        [
            (new.open, new.settled, new.by, new.reason, new.at, each.id)
            for each in chain
            if (new := wanted[each.id]) != each.standing
        ],
    )


def _in_chains(statement: str, roots: Collection[int]) -> list[sql.Row]:
    ordered, found = sorted(set(roots)), []
    for at in range(0, len(ordered), _CHAINS):
        some = ordered[at : at + _CHAINS]
        found += sql.rows(statement.format(places=sql.places(some)), [*some, *some])
    return found
