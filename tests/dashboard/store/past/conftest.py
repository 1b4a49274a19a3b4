"""A farm for each test that wants one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.store.past.farm import Farm
from tests.dashboard.store.site import Site


@pytest.fixture
def farm(site: Site, settings: Any) -> Farm:
    """Job 7 is submitted; a dispatcher plans what happens."""
    return Farm(site, Path(settings.DATA))
