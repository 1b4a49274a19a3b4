"""Ends runs: SIGTERM to the whole session, its grace, SIGKILL until nobody is left."""

from __future__ import annotations

import time
from collections.abc import Iterable

from qubecb.runner.active import ActiveRun
from qubecb.runner.outcome import RunState
from qubecb.runner.python_host import sessions

#: Rounds of stopping and killing at a time; the next look goes on where these did not do.
ROUNDS = 6


def ask_to_end(run: ActiveRun, state: RunState, reason: str, hurry: float) -> None:
    """Begin to end a run. The first reason counts; before its hello only that is noted.

    It has the seconds of its limits until it is killed, `hurry` at most.
    """
    run.cause = run.cause or (state, reason)
    if run.pid is not None and run.kill_at is None:
        run.kill_at = time.monotonic() + min(run.order.limits.grace, hurry)
        sessions.ask_to_end([run.pid])


def go_on(runs: Iterable[ActiveRun], now: float) -> list[ActiveRun]:
    """Kill who is past the grace; give the runs that are over with nobody left."""
    stopped = {
        run.pid: run for run in runs if run.kill_at is not None and run.pid is not None
    }
    if not stopped:
        return []
    late = [pid for pid, run in stopped.items() if now >= (run.kill_at or now)]
    if late:
        sessions.kill(late, rounds=ROUNDS)
    left = {each.session for each in sessions.members(stopped)}
    ended = [run for pid, run in stopped.items() if pid not in left and run.over]
    for run in ended:
        run.kill_at = None
    return ended
