"""Around every hostile script: others are untouched, and nothing is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.core.runner.rig import Running, succeeded, text


@pytest.fixture
def hostile(both: Running) -> Iterator[Running]:
    """A Runner in each mode."""
    with unharmed(both):
        yield both


@pytest.fixture
def hostile_perl(forked: Running) -> Iterator[Running]:
    """For Perl, which has one mode only."""
    with unharmed(forked):
        yield forked


def open_now() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@contextmanager
def unharmed(running: Running) -> Iterator[None]:
    """A well-behaved run beside, and one after, whatever happens here."""
    running.settle()
    descriptors = open_now()
    beside = running.friendly()
    yield
    after = running.friendly()
    for run_id in (beside, after):
        outcome = running.wait(run_id)
        assert succeeded(outcome), outcome.reason
        assert text(outcome) == "begin\nend\n"
    running.settle()
    running.until(lambda: not running.processes())
    assert list(running.settings.output.iterdir()) == []
    running.until(lambda: open_now() <= descriptors)
