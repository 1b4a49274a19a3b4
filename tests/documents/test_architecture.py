"""The architecture: every folder of the code is one of its rooms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "architecture.md").read_text()
TABLE = TEXT.partition("## Rooms")[2].partition("\n## ")[0]
#: The first column of each row, without what it holds.
ROOMS = {
    name
    for row in TABLE.splitlines()
    if row.startswith("| ")
    for name in re.findall(r"`(?:[a-z]+/)*([a-z_]+)/`", row.split("|")[1])
}


def folders(place: str) -> list[str]:
    """The packages right in a folder."""
    return sorted(each.parent.name for each in (ROOT / place).glob("*/__init__.py"))


@pytest.mark.parametrize(
    "place", ["qubecb", "qubecb/runner", "dashboard", "dashboard/store"]
)
def test_every_folder_is_a_room_that_is_described(place: str) -> None:
    assert [each for each in folders(place) if each not in ROOMS] == []
