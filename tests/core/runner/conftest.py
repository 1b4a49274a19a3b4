from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.runner.rig import Running


@pytest.fixture(scope="module", params=["fork", "fresh"])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """A Runner in each mode, shared by the tests of a module."""
    root = tmp_path_factory.mktemp(request.param)
    running = Running(root, mode=request.param)
    yield running
    running.close()


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Runner that forks, shared by the tests of a module."""
    running = Running(tmp_path_factory.mktemp("fork"), mode="fork")
    yield running
    running.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Running]:
    """A Runner that forks, for one test alone."""
    running = Running(tmp_path, mode="fork")
    yield running
    running.close()
