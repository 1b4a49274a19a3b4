"""A machine that has no more to give: what cannot be started ends, and what comes after runs."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from qubecb.runner.outcome import RunState
from tests.core.runner.rig import Running, succeeded


@contextmanager
def descriptors_left(count: int) -> Iterator[None]:
    """Let this process open so many more files during the block."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = [os.dup(0) for _ in range(count + 1)]
    for descriptor in lowest:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest[-1], hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("left", range(6))
def test_a_run_that_finds_no_descriptor_left_ends(both: Running, left: int) -> None:
    assert succeeded(both.run("print('x')"))
    with descriptors_left(left):
        run_id = both.start()
    outcome = both.wait(run_id)
    assert outcome.state in (RunState.FAILED, RunState.SUCCEEDED)
    assert left or "Too many open files" in outcome.reason
    assert succeeded(both.run("print('x')"))
