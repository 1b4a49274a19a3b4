"""What a run took is measured, whatever becomes of the clock meanwhile."""

from __future__ import annotations

import time

import pytest

from tests.core.runner.rig import PATIENCE, Running, succeeded


@pytest.mark.parametrize("jump", [-3600.0, 2 * 86400.0])
def test_a_run_ends_by_the_clock_as_it_is_and_takes_as_long_as_it_takes(
    both: Running, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    begun, clock = time.monotonic(), time.time
    both.write("print('hello')\n")
    run_id = both.start()
    monkeypatch.setattr(time, "time", lambda: clock() + jump)
    outcome = both.wait(run_id)
    assert succeeded(outcome)
    assert 0.0 < outcome.seconds <= time.monotonic() - begun
    assert abs(outcome.ended_at - time.time()) < PATIENCE
