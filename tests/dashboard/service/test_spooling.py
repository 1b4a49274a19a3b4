"""What the spool's watcher tells of files that it cannot get rid of."""

from __future__ import annotations

import json
import os
import time
import tracemalloc
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import EventRecord, SpoolProblem
from dashboard.service.spooling import Spooling
from dashboard.store.intake.acceptance import accept
from dashboard.store.intake.spooled import Taken, accept_files
from qubecb.dispatch.spool import Spool
from qubecb.events import parse_event
from tests.dashboard.store.site import Site


@pytest.fixture
def spool(site: Site) -> Path:
    """The spool of the site."""
    return site.directory.parent / "spool"


def old(path: Path, text: str) -> None:
    """Write a file that nobody has written to for a while."""
    path.write_text(text)
    os.utime(path, (1_700_000_000, 1_700_000_000))


def sent(name: str = "submit", **more: object) -> str:
    return json.dumps({"name": name, "type": "job", "job": {"id": 7}, **more})


def ids() -> list[str]:
    """The ids of all events, in the order in which they were accepted."""
    found = EventRecord.objects.order_by("sequence")
    return list(found.values_list("event_id", flat=True))


def test_a_file_that_cannot_be_moved_aside_is_told_of_once(
    site: Site, spool: Path
) -> None:
    spooling = Spooling()
    old(spool / "new" / "one", "no event")
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
        old(spool / "new" / name, text)
    spooling.turn()
    assert EventRecord.objects.filter(event_id="two").exists()
    reasons = SpoolProblem.objects.values_list("reason", flat=True)
    assert all("nested deeper than 64" in reason for reason in reasons)
    assert len(reasons) == (depth > 62)


def test_a_name_that_comes_again_with_other_content_is_another_event(
    site: Site, spool: Path
) -> None:
    spooling = Spooling()
    contents = [sent("submit"), sent("failed"), sent("failed", extra=None, time=5)]
    for text in contents + contents:
        (spool / "new" / "N-failed.json").write_text(text)
        spooling.turn()
    assert len(ids()) == 3
    assert ids()[0] == "N-failed.json"
    assert all(each.startswith("N-failed.json-") for each in ids()[1:])


def test_the_same_holds_for_each_place_of_a_list(site: Site, spool: Path) -> None:
    spooling = Spooling()
    for names in (("submit", "failed"), ("submit", "killed"), ("submit", "killed")):
        text = f"[{', '.join(map(sent, names))}]"
        (spool / "new" / "list").write_text(text)
        spooling.turn()
    assert ids()[:2] == ["list-0", "list-1"]
    assert len(ids()) == 3


def test_a_kill_before_the_file_is_removed_repeats_nothing(
    site: Site, spool: Path
) -> None:
    spooling = Spooling()
    for name in ("submit", "failed"):
        (spool / "new" / "failed.json").write_text(sent(name))
        file = Spool(spool).read("failed.json")
        assert file is not None
        accept_files([Taken(file.name, file.events(time.time()))])
        spooling.turn()
        assert not list((spool / "new").iterdir())
    assert len(ids()) == 2


def test_a_name_that_somebody_elses_event_has_as_its_id_is_another_event(
    site: Site, spool: Path
) -> None:
    event = parse_event(json.loads(sent("submit", id="one")), 1.0)
    accept([event], source="api")
    spooling = Spooling()
    (spool / "new" / "one").write_text(sent("failed"))
    spooling.turn()
    assert [each[:4] for each in ids()] == ["one", "one-"]


def test_files_are_stored_together_in_the_order_of_their_names(
    site: Site, spool: Path
) -> None:
    spooling = Spooling()
    for number in range(1000):
        (spool / "new" / f"{number:04}").write_text(sent())
    with CaptureQueriesContext(connection) as captured:
        spooling.turn()
    assert ids() == [f"{number:04}" for number in range(1000)]
    begun = [query for query in captured if query["sql"].startswith("BEGIN")]
    assert len(begun) <= 2


def test_large_files_are_read_one_at_a_time(site: Site, spool: Path) -> None:
    spooling = Spooling()
    text = sent() + " " * 9 * 1024 * 1024
    for number in range(10):
        (spool / "new" / str(number)).write_text(text)
    tracemalloc.start()
    try:
        spooling.turn()
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(ids()) == 10
    assert most < 5 * len(text)


def test_a_file_that_cannot_be_stored_holds_up_nobody(site: Site, spool: Path) -> None:
    spooling = Spooling()
    for name, told in (("1", {}), ("2", {"name": "half \ud800 a pair"}), ("3", {})):
        text = json.dumps({"name": "submit", "type": "job", "job": {"id": 7, **told}})
        (spool / "new" / name).write_text(text)
    for _ in range(2):
        spooling.turn()
    assert ids() == ["1", "3"]
    assert SpoolProblem.objects.get().file == "2"


def test_a_file_that_is_written_slowly_becomes_an_event(
    site: Site, spool: Path
) -> None:
    spooling = Spooling()
    whole = sent()
    for length in (0, 10, len(whole)):
        (spool / "new" / "one").write_text(whole[:length])
        (spool / "new" / f"other-{length}").write_text(sent("failed"))
        spooling.turn()
        spooling._spool.put_off("one", 0.0)
    assert ids() == ["other-0", "other-10", "one", f"other-{len(whole)}"]
    assert not list((spool / "bad").iterdir())


def test_a_spool_that_was_replaced_is_watched_again(site: Site, spool: Path) -> None:
    spooling = Spooling()
    (spool / "new").rename(spool / "old")
    spooling.turn()
    (spool / "new" / "one").write_text(sent())
    spooling.turn()
    assert ids() == ["one"]
