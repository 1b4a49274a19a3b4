"""Ends runs that were asked to end: SIGKILL to the whole session until nobody is left."""

from __future__ import annotations

from collections.abc import Iterable

from qubecb.runner.hosting.python_host import sessions
from qubecb.runner.running.active import ActiveRun
from qubecb.runner.running.states import AdoptedStopping, Clearing, Stopping

#: Rounds of stopping and killing at a time; the next look goes on where these did not do.
ROUNDS = 6


def go_on(runs: Iterable[ActiveRun], now: float) -> list[ActiveRun]:
    """Kill who is past the grace; give the runs whose end that has completed."""
    stopped: dict[int, ActiveRun] = {}
    late = []
    for run in runs:
        if isinstance(run.state, Stopping | AdoptedStopping | Clearing) and run.pid:
            stopped[run.pid] = run
            if now >= run.state.kill_at:
                late.append(run.pid)
    if not stopped:
        return []
    if late:
        sessions.kill(late, rounds=ROUNDS)
    left = {each.session for each in sessions.members(stopped)}
    return [run for pid, run in stopped.items() if pid not in left and _cleared(run)]


def _cleared(run: ActiveRun) -> bool:
    """Nobody of its session is left: that is its end, once its own process's is told."""
    if not isinstance(run.state, Clearing):
        return False
    run.enter(run.state.cleared())
    return True
