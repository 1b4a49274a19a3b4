"""On the tables too: what Why finds by judging alone is what the dispatcher did.

The runs are kept from it. `bench/why.py` tries many more histories.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.store.past.histories import RandomFarm, said, truth
from tests.dashboard.store.site import Site

SEEDS = int(os.environ.get("WHY_SEEDS", "6"))


@pytest.mark.usefixtures("django_db_reset_sequences")
@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_ran_and_what_was_kept_back_is_found_by_judging(
    site: Site, settings: Any, seed: int
) -> None:
    farm = RandomFarm(site, Path(settings.DATA), seed)
    farm.live(30)
    found, told = said(farm), truth()
    assert {
        each: (found.get(each), told.get(each))
        for each in found.keys() | told.keys()
        if found.get(each) != told.get(each)
    } == {}
