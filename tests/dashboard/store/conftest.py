"""A site for each test that wants one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.store.site import Site


@pytest.fixture
def site(transactional_db: None, tmp_path: Path, settings: Any) -> Site:
    """A callback directory with nothing in it."""
    return Site(tmp_path, settings)
