"""The spool loses nothing, repeats nothing, and is never stopped by what lies in it."""

from __future__ import annotations

import errno
import json
import os
import socket
import time
from pathlib import Path

import pytest

from qubecb.dispatch.spool import IN_THE_MAKING, Spool
from qubecb.dispatch.spool_file import SpoolEvent, SpoolFile
from qubecb.errors import InvalidEvent, UnfinishedFile

NOW = 1764000000.0


def event(name: str = "failed", **members: object) -> dict[str, object]:
    return {"name": name, "type": "job", "job": {"id": 7}, **members}


class Clock:
    """A wall clock, which may be set, and a steady one beside it."""

    def __init__(self) -> None:
        self.wall = time.time()
        self.steady = 100.0

    def run(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def spool(tmp_path: Path, clock: Clock) -> Spool:
    made = Spool(tmp_path / "spool", 10_000, lambda: clock.wall, lambda: clock.steady)
    made.prepare()
    return made


def take(spool: Spool, limit: int = 500) -> list[SpoolFile]:
    """Every file that is to be looked at now."""
    read = [spool.read(name) for name in spool.names(limit)]
    return [file for file in read if file is not None]


def drop(spool: Spool, name: str, data: object) -> None:
    spool.drop(name, json.dumps(data).encode())


def reason(spool: Spool) -> str:
    """What is wrong with the only file of a spool."""
    (file,) = take(spool)
    with pytest.raises(InvalidEvent) as caught:
        file.events(NOW)
    return str(caught.value)


def test_files_are_taken_in_order_of_their_names(spool: Spool) -> None:
    for name in ("0002", "0010", "0001"):
        drop(spool, name, event())
    assert [file.name for file in take(spool)] == ["0001", "0002", "0010"]
    assert [file.name for file in take(spool, limit=2)] == ["0001", "0002"]


def test_an_event_without_id_takes_the_name_of_its_file(spool: Spool) -> None:
    drop(spool, "1764.host.json", event())
    assert [each.event.id for each in take(spool)[0].events(NOW)] == ["1764.host.json"]


def test_an_event_keeps_its_own_id(spool: Spool) -> None:
    drop(spool, "1", event(id="mine"))
    assert take(spool)[0].events(NOW)[0].event.id == "mine"


def test_the_events_of_a_list_take_the_name_and_their_place(spool: Spool) -> None:
    drop(spool, "1", [event(), event("done", id="mine"), event("killed")])
    assert [each.event.id for each in take(spool)[0].events(NOW)] == [
        "1-0",
        "mine",
        "1-2",
    ]


def test_a_file_has_at_most_ten_thousand_events(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.prepare()
    drop(spool, "all.json", [event()] * 10_000)
    drop(spool, "more.json", [event()] * 10_001)
    all_of_it, more = take(spool)
    assert len(all_of_it.events(NOW)) == 10_000
    with pytest.raises(InvalidEvent, match="at most 10,000 events, and this one"):
        more.events(NOW)


def test_a_file_is_taken_again_until_it_is_done(spool: Spool) -> None:
    drop(spool, "1", event())
    (first,) = take(spool)
    (again,) = take(spool)
    assert first.events(NOW) == again.events(NOW)
    spool.done(again.name)
    spool.done(again.name)
    assert take(spool) == []


def test_a_file_that_is_still_being_written_is_not_seen(spool: Spool) -> None:
    (spool.path / "tmp" / "1").write_text("{")
    assert take(spool) == []


def reasons(spool: Spool) -> dict[str, str]:
    """Why each file is bad, by its name."""
    found = sorted((spool.path / "bad").glob("*.error"))
    return {path.stem: path.read_text().strip() for path in found}


def test_a_file_that_is_no_event_goes_to_bad_with_the_reason(spool: Spool) -> None:
    drop(spool, "1", event(type="wurk"))
    why = reason(spool)
    spool.bad(take(spool)[0].name, why)
    assert take(spool) == []
    assert (spool.path / "bad" / "1").exists()
    assert "type: must be one of" in (spool.path / "bad" / "1.error").read_text()
    assert reasons(spool) == {"1": why}


def test_a_reason_about_a_whole_file_begins_with_its_words(spool: Spool) -> None:
    drop(spool, "1", [])
    assert reason(spool) == "the list holds no event"


def test_the_same_name_may_be_bad_twice(spool: Spool) -> None:
    for text in ("x", "y"):
        spool.drop("1", text.encode())
        spool.bad(take(spool)[0].name, f"it says {text}")
    kept = [(spool.path / "bad" / name).read_text() for name in ("1", "1.2")]
    assert kept == ["x", "y"]
    assert reasons(spool) == {"1": "it says x", "1.2": "it says y"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"{", "it is not JSON"),
        (b"\xff", "it is not UTF-8"),
        (b"[" * 9_000, "it is nested deeper than 64"),
        (b'{"job": ' + b"[" * 400 + b"]" * 400 + b"}", "it is nested deeper than 64"),
        (b'{"id": "a", "id": "b"}', "it has an object with the key 'id' twice"),
        (b"[]", "the list holds no event"),
        (b"3", "an event must be an object"),
        (b'{"time": NaN}', "it has NaN, which is not JSON"),
        (b"[1" + b"0" * 5000 + b"]", "which does not fit into 64 bits"),
        (b" " * 10_001, "it is larger than 10000 bytes"),
    ],
)
def test_a_file_that_is_no_event_says_why(
    spool: Spool, data: bytes, expected: str
) -> None:
    spool.drop("1", data)
    assert expected in reason(spool)


def test_every_problem_of_a_list_is_named_with_its_place(spool: Spool) -> None:
    drop(spool, "1", [event(), event(type="wurk"), event(name="not ok")])
    assert "1.type: " in reason(spool)
    assert "2.name: " in reason(spool)


def test_what_is_no_regular_file_is_bad_and_never_waited_for(
    spool: Spool, tmp_path: Path
) -> None:
    new = spool.path / "new"
    (tmp_path / "secret").write_text(json.dumps(event()))
    (new / "a-link").symlink_to(tmp_path / "secret")
    os.mkfifo(new / "b-fifo")
    (new / "c-folder").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(new / "d"))
        files = take(spool)
        assert {file.fault for file in files} == {"it is not a regular file"}
        for file in files:
            spool.bad(file.name, file.fault)
    assert list(reasons(spool)) == [file.name for file in files]
    assert take(spool) == []
    assert (tmp_path / "secret").exists()


def test_a_name_that_no_event_id_may_have_is_bad(spool: Spool) -> None:
    drop(spool, "n" * 201, event())
    assert reason(spool) == (
        "the file's name cannot be the id of an event that has none: an id must be text of"
        " 1 to 200 characters; give the file another name, or the event an id"
    )
    file = take(spool)[0]
    spool.bad(file.name, "too long")
    assert take(spool) == []
    assert list(reasons(spool).values()) == ["too long"]


def test_a_name_that_is_no_text_is_bad(spool: Spool) -> None:
    odd = os.fsdecode(b"caf\xe9")
    drop(spool, odd, event())
    assert reason(spool).startswith("the file's name cannot be the id of an event")
    assert "must have only printable characters; give the file" in reason(spool)
    spool.bad(take(spool)[0].name, "odd")
    assert take(spool) == []


def test_a_name_that_no_event_needs_may_be_any(spool: Spool) -> None:
    drop(spool, "n" * 220, [event(id="a"), event(id="b")])
    assert [each.event.id for each in take(spool)[0].events(NOW)] == ["a", "b"]


def test_the_name_of_a_list_is_long_with_the_place_of_its_last_event(
    spool: Spool,
) -> None:
    drop(spool, "1" + "n" * 198, event())
    drop(spool, "2" + "n" * 198, [event()])
    one, many = take(spool)
    assert len(one.events(NOW)) == 1
    with pytest.raises(InvalidEvent, match=r"^the file's name cannot be the id"):
        many.events(NOW)


def test_hidden_files_are_left_alone(spool: Spool) -> None:
    drop(spool, ".nfs0001", event())
    assert take(spool) == []


def test_a_file_that_cannot_be_moved_is_known_and_holds_up_nothing(
    spool: Spool,
) -> None:
    drop(spool, "1", event())
    drop(spool, "2", event())
    (spool.path / "bad").rename(spool.path / "gone")
    spool.bad(take(spool)[0].name, "it is odd")
    assert [file.name for file in take(spool)] == ["2"]
    assert spool.stuck["1"].startswith("it is odd; cannot be moved")


def test_a_spool_that_vanishes_is_made_again(spool: Spool) -> None:
    for name in ("tmp", "new", "bad"):
        (spool.path / name).rmdir()
    assert take(spool) == []
    drop(spool, "1", event())
    assert len(take(spool)) == 1


def test_a_file_that_is_gone_before_it_is_read_is_passed_over(spool: Spool) -> None:
    drop(spool, "1", event())
    (file,) = take(spool)
    spool.done(file.name)
    assert spool.read("1") is None


# Files in the making.


@pytest.mark.parametrize(
    "name",
    [f"0001.json{ending}" for ending in IN_THE_MAKING]
    + [".0001.json.swp", ".nfs0000", "0001.json.PART", ".x"],
)
def test_a_name_that_says_it_is_in_the_making_is_left_alone(
    spool: Spool, name: str
) -> None:
    drop(spool, name, event())
    drop(spool, "0002.json", event())
    assert spool.names(9) == ["0002.json"]


def test_what_cannot_be_parsed_yet_is_waited_for_and_holds_up_nobody(
    spool: Spool, clock: Clock
) -> None:
    spool.drop("1", b'{"name": "fai')
    drop(spool, "2", event())
    (first, _) = take(spool)
    with pytest.raises(UnfinishedFile) as error:
        first.events(NOW)
    assert spool.may_be_unfinished(first, error.value)
    spool.put_off("1")
    assert spool.names(9) == ["2"]
    clock.run(1.0)
    assert spool.names(9) == ["1", "2"]


def unfinished(spool: Spool) -> bool:
    """Whether the only file may be in the making."""
    (file,) = take(spool)
    with pytest.raises(InvalidEvent) as error:
        file.events(NOW)
    return spool.may_be_unfinished(file, error.value)


def test_ten_seconds_after_its_last_write_a_file_is_what_it_is(
    spool: Spool, clock: Clock
) -> None:
    spool.drop("1", b"{")
    assert unfinished(spool)
    clock.run(9.0)
    spool.drop("1", b"{ ")
    os.utime(spool.path / "new" / "1", (clock.wall, clock.wall))
    assert unfinished(spool)
    clock.run(9.0)
    assert unfinished(spool)
    clock.run(1.5)
    assert not unfinished(spool)


@pytest.mark.parametrize("jump", [-3600.0, -86400.0, 5.0])
def test_a_clock_that_is_set_makes_no_file_wait_for_ever(
    spool: Spool, clock: Clock, jump: float
) -> None:
    spool.drop("1", b"{")
    clock.wall += jump
    assert unfinished(spool)
    clock.run(10.5)
    assert not unfinished(spool)


def test_what_is_no_event_though_it_is_whole_is_not_waited_for(spool: Spool) -> None:
    drop(spool, "1", event(type="wurk"))
    assert not unfinished(spool)


def test_a_disk_that_fails_is_not_the_files_fault(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(spool, "1", event())

    def fail(*_: object) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(OSError, match="Too many"):
        spool.read("1")


# Names that come again.


def one(sent: object) -> SpoolEvent:
    """The only event of a file of a certain name."""
    (found,) = SpoolFile("failed.json", json.dumps(sent).encode()).events(NOW)
    return found


def test_other_content_under_one_name_has_an_id_of_its_own() -> None:
    first, second = one(event()), one(event("killed"))
    assert not second.is_content_of(first.event)
    assert second.under_another_id().id.startswith("failed.json-")
    assert second.under_another_id() == one(event("killed")).under_another_id()
    assert first.under_another_id().id != second.under_another_id().id


@pytest.mark.parametrize(
    "more", [{"time": 5}, {"job": {"id": 8}}, {"type": "work", "extra": "7"}]
)
def test_content_is_everything_that_was_sent(more: dict[str, object]) -> None:
    first = one(event(time=4)).event
    assert not one({**event(time=4), **more}).is_content_of(first)


def test_the_moment_of_reading_is_no_content() -> None:
    (later,) = SpoolFile("failed.json", json.dumps(event()).encode()).events(NOW + 60)
    assert later.is_content_of(one(event()).event)


def test_an_id_by_name_and_digest_is_never_too_long() -> None:
    (found,) = SpoolFile("n" * 200, json.dumps(event()).encode()).events(NOW)
    assert len(found.under_another_id().id) == 200


def test_a_file_of_too_many_values_says_so() -> None:
    job = f'{{"id": 7, "a": [{"[]," * 1_000_000}1]}}'
    text = f'{{"name": "failed", "type": "job", "job": {job}}}'
    with pytest.raises(InvalidEvent, match="it has more than 1,000,000 values"):
        SpoolFile("many.json", text.encode()).events(NOW)
