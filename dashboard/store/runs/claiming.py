"""Gives out runs: each once, fairly, and never of a paused callback.

Callbacks with waiting runs take turns, in the order of directory and file; one that has no room
is skipped. So a callback with a hundred thousand queued runs delays no other, and the cost of a
turn does not depend on how many runs wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from itertools import chain, groupby, zip_longest
from operator import attrgetter

from dashboard.store.configuration import pauses
from dashboard.store.database import sql
from dashboard.store.rows import runs as run_rows
from dashboard.store.rows.runs import COLUMNS, RunRow
from dashboard.store.runs import settling
from dashboard.store.runs.statistics import roll_up_rows
from qubecb.dispatch.ports.configuration import MappingKey, Pause
from qubecb.dispatch.suppression import covering, pause_reason
from qubecb.runner.outcome import RunState
from qubecb.why.causes import Code

#: The index of waiting runs, by callback.
WAITING = "run_waiting"
_AFTER = f"""
    SELECT {COLUMNS} FROM dashboard_run {{by}}
    WHERE state = 'queued' AND (directory, file) > (%s, %s)
    ORDER BY directory, file, id LIMIT %s {{locked}}
"""  # noqa: S608 (constants)
_OLDEST = f"""
    SELECT {COLUMNS} FROM dashboard_run {{by}}
    WHERE state = 'queued' AND directory = %s AND file = %s ORDER BY id LIMIT %s {{locked}}
"""  # noqa: S608 (constants)
_SUPPRESS = """
    UPDATE dashboard_run
    SET state = 'suppressed', reason = %s, pause = %s, ended_at = %s, open = NOT test
    WHERE id = %s AND state = 'queued'
"""
#: Runs of a paused callback that one transaction suppresses.
_MOST_SUPPRESSED = 200
_CALLBACK = attrgetter("directory", "file")
#: Sorts before every callback.
_START = MappingKey("", "")


class Turns:
    """Remembers whose turn it was."""

    def __init__(self) -> None:
        self._last = _START

    def take(
        self,
        free: int,
        running: Mapping[MappingKey, int],
        room: Callable[[RunRow, int], int],
        now: float,
    ) -> list[RunRow]:
        """Give at most `free` runs, oldest first; their rows are not changed yet.

        Takes how many runs of each callback are running here, and a function that says, given its
        oldest run and that number, how many more may run. Suppresses runs of paused callbacks on the way. Call it in a
        transaction.
        """
        stopped = cache(partial(pauses.in_force, now))
        waiting: list[list[RunRow]] = []
        for key, oldest in self._waiting(free):
            pause = covering(stopped(), key, now)
            runs = _suppress(key, pause, now) if pause else oldest
            more = room(runs[0], running.get(key, 0)) if runs else 0
            if more <= 0:
                continue
            waiting.append(runs[:more])
            self._last = key
            if len(waiting) >= free:
                break
        else:
            self._last = _START  # every callback that waits had its turn
        in_turn = chain.from_iterable(zip_longest(*waiting))
        chosen = [run for run in in_turn if run is not None][:free]
        return sorted(chosen, key=attrgetter("id"))

    def _waiting(self, count: int) -> Iterator[tuple[MappingKey, list[RunRow]]]:
        """The callbacks that have queued runs, beginning after the last one served.

        Each with its oldest runs: `count` of them, if it has so many, or one more.
        """
        start, seen = self._last, set()
        for key, runs in _after(start, count):
            seen.add(key)
            yield key, runs
        if start == _START:
            return
        for key, runs in _after(_START, count):
            if key in seen:
                return
            yield key, runs


def _after(last: MappingKey, count: int) -> Iterator[tuple[MappingKey, list[RunRow]]]:
    """The callbacks after this one that have queued runs, each with the oldest of these.

    If a statement reads several, the runs of the last one may be incomplete; they are read again.
    """
    statement = _AFTER.format(by=sql.by(WAITING), locked=sql.locked())
    more = True
    while more:
        runs = run_rows.read(statement, [last.directory, last.file, count + 1])
        found = [(MappingKey(*of), list(its)) for of, its in groupby(runs, _CALLBACK)]
        more = len(runs) > count
        if more and len(found) > 1:
            found.pop()
        for last, its in found:
            yield last, its


def _oldest(key: MappingKey, count: int) -> list[RunRow]:
    statement = _OLDEST.format(by=sql.by(WAITING), locked=sql.locked())
    return run_rows.read(statement, [key.directory, key.file, count])


def _suppress(key: MappingKey, pause: Pause, now: float) -> list[RunRow]:
    """Suppress the waiting runs of a paused callback; give its simulations, which run all the same."""
    runs = _oldest(key, _MOST_SUPPRESSED)
    replays = {run.id for run in runs if run.chain}
    held = replays.difference(settling.lock_free(replays))
    stopped = [run for run in runs if not run.simulate and run.id not in held]
    at, reason = sql.moment(now), pause_reason(pause)[:500]
    sql.each(_SUPPRESS, [(reason, pause.id, at, run.id) for run in stopped])
    settling.decide({run.chain for run in stopped if run.chain})
    roll_up_rows(stopped, RunState.SUPPRESSED, now, Code.PAUSED)
    return [run for run in runs if run.simulate]
