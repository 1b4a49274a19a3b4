"""What the spool's watcher tells of files that it cannot get rid of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dashboard.models import EventRecord, SpoolProblem
from dashboard.service.spooling import Spooling
from tests.dashboard.store.site import Site


@pytest.fixture
def spool(site: Site) -> Path:
    """The spool of the site."""
    return site.directory.parent / "spool"


def test_a_file_that_cannot_be_moved_aside_is_told_of_once(
    site: Site, spool: Path
) -> None:
    spooling = Spooling()
    (spool / "new" / "one").write_text("no event")
    (spool / "bad").rename(spool / "gone")
    (spool / "new" / "two").write_text('{"name": "submit", "type": "job"}')
    for _ in range(3):
        spooling.turn()
    told = dict(SpoolProblem.objects.values_list("file", "reason"))
    assert sorted(told) == ["one", "two"]
    assert all("cannot be moved" in reason for reason in told.values())
    assert SpoolProblem.objects.count() == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may remove anything")
def test_a_file_that_cannot_be_removed_is_an_event_once_and_told_of(
    site: Site, spool: Path
) -> None:
    spooling = Spooling()
    new = spool / "new"
    (new / "one").write_text('{"name": "submit", "type": "job", "job": {"id": 7}}')
    new.chmod(0o500)
    try:
        for _ in range(2):
            spooling.turn()
    finally:
        new.chmod(0o700)
    assert EventRecord.objects.count() == 1
    assert "cannot be removed" in SpoolProblem.objects.get().reason


@pytest.mark.parametrize("depth", [62, 63, 300, 700, 900, 990, 1100, 20_000])
def test_however_deep_a_file_is_nested_those_behind_it_are_taken(
    site: Site, spool: Path, depth: int
) -> None:
    spooling = Spooling()
    deep = "[" * depth + "]" * depth
    for name, member in (("one", deep), ("two", "1")):
        job = f'{{"id": 7, "more": {member}}}'
        text = f'{{"name": "submit", "type": "job", "job": {job}}}'
        (spool / "new" / name).write_text(text)
    spooling.turn()
    assert EventRecord.objects.filter(event_id="two").exists()
    reasons = SpoolProblem.objects.values_list("reason", flat=True)
    assert all("nested deeper than 64" in reason for reason in reasons)
    assert len(reasons) == (depth > 62)
