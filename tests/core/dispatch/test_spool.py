"""The spool loses nothing, repeats nothing, and is never stopped by what lies in it."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from qubecb.dispatch.spool import Spool
from qubecb.errors import InvalidEvent

NOW = 1764000000.0


def event(name: str = "failed", **members: object) -> dict[str, object]:
    return {"name": name, "type": "job", "job": {"id": 7}, **members}


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    made = Spool(tmp_path / "spool", largest=10_000)
    made.prepare()
    return made


def drop(spool: Spool, name: str, data: object) -> None:
    spool.drop(name, json.dumps(data).encode())


def reason(spool: Spool) -> str:
    """What is wrong with the only file of a spool."""
    (file,) = spool.take()
    with pytest.raises(InvalidEvent) as caught:
        file.events(NOW)
    return str(caught.value)


def test_files_are_taken_in_order_of_their_names(spool: Spool) -> None:
    for name in ("0002", "0010", "0001"):
        drop(spool, name, event())
    assert [file.name for file in spool.take()] == ["0001", "0002", "0010"]
    assert [file.name for file in spool.take(limit=2)] == ["0001", "0002"]


def test_an_event_without_id_takes_the_name_of_its_file(spool: Spool) -> None:
    drop(spool, "1764.host.json", event())
    assert [each.id for each in spool.take()[0].events(NOW)] == ["1764.host.json"]


def test_an_event_keeps_its_own_id(spool: Spool) -> None:
    drop(spool, "1", event(id="mine"))
    assert spool.take()[0].events(NOW)[0].id == "mine"


def test_the_events_of_a_list_take_the_name_and_their_place(spool: Spool) -> None:
    drop(spool, "1", [event(), event("done", id="mine"), event("killed")])
    assert [each.id for each in spool.take()[0].events(NOW)] == ["1-0", "mine", "1-2"]


def test_a_file_is_taken_again_until_it_is_done(spool: Spool) -> None:
    drop(spool, "1", event())
    (first,) = spool.take()
    (again,) = spool.take()
    assert first.events(NOW) == again.events(NOW)
    spool.done(again)
    spool.done(again)
    assert spool.take() == []


def test_a_file_that_is_still_being_written_is_not_seen(spool: Spool) -> None:
    (spool.path / "tmp" / "1").write_text("{")
    assert spool.take() == []


def reasons(spool: Spool) -> dict[str, str]:
    """Why each file is bad, by its name."""
    found = sorted((spool.path / "bad").glob("*.error"))
    return {path.stem: path.read_text().strip() for path in found}


def test_a_file_that_is_no_event_goes_to_bad_with_the_reason(spool: Spool) -> None:
    drop(spool, "1", event(type="wurk"))
    why = reason(spool)
    spool.bad(spool.take()[0], why)
    assert spool.take() == []
    assert (spool.path / "bad" / "1").exists()
    assert "type: must be one of" in (spool.path / "bad" / "1.error").read_text()
    assert reasons(spool) == {"1": why}


def test_the_same_name_may_be_bad_twice(spool: Spool) -> None:
    for text in ("x", "y"):
        spool.drop("1", text.encode())
        spool.bad(spool.take()[0], f"it says {text}")
    kept = [(spool.path / "bad" / name).read_text() for name in ("1", "1.2")]
    assert kept == ["x", "y"]
    assert reasons(spool) == {"1": "it says x", "1.2": "it says y"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"{", "it is no JSON"),
        (b"\xff", "it is not UTF-8"),
        (b"[" * 9_000, "it is nested deeper than 64"),
        (b'{"job": ' + b"[" * 400 + b"]" * 400 + b"}", "it is nested deeper than 64"),
        (b'{"id": "a", "id": "b"}', "it has an object with the key 'id' twice"),
        (b"[]", "the list holds no event"),
        (b"3", "an event must be an object"),
        (b'{"time": NaN}', "it has NaN, which is no JSON"),
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
        files = spool.take()
        assert {file.fault for file in files} == {"it is no regular file"}
        for file in files:
            spool.bad(file, file.fault)
    assert list(reasons(spool)) == [file.name for file in files]
    assert spool.take() == []
    assert (tmp_path / "secret").exists()


def test_a_name_that_no_event_id_may_have_is_bad(spool: Spool) -> None:
    drop(spool, "n" * 201, event())
    assert "id: must be text of 1 to 200" in reason(spool)
    file = spool.take()[0]
    spool.bad(file, "too long")
    assert spool.take() == []
    assert list(reasons(spool).values()) == ["too long"]


def test_a_name_that_is_no_text_is_bad(spool: Spool) -> None:
    odd = os.fsdecode(b"caf\xe9")
    drop(spool, odd, event())
    assert "id: must hold printable characters" in reason(spool)
    spool.bad(spool.take()[0], "odd")
    assert spool.take() == []


def test_hidden_files_are_left_alone(spool: Spool) -> None:
    drop(spool, ".nfs0001", event())
    assert spool.take() == []


def test_a_file_that_cannot_be_moved_is_known_and_holds_up_nothing(
    spool: Spool,
) -> None:
    drop(spool, "1", event())
    drop(spool, "2", event())
    (spool.path / "bad").rename(spool.path / "gone")
    spool.bad(spool.take()[0], "it is odd")
    assert [file.name for file in spool.take()] == ["2"]
    assert spool.stuck["1"].startswith("it is odd; cannot be moved")


def test_a_spool_that_vanishes_is_made_again(spool: Spool) -> None:
    for name in ("tmp", "new", "bad"):
        (spool.path / name).rmdir()
    assert spool.take() == []
    drop(spool, "1", event())
    assert len(spool.take()) == 1


def test_a_file_that_is_gone_before_it_is_read_is_passed_over(spool: Spool) -> None:
    drop(spool, "1", event())
    (file,) = spool.take()
    spool.done(file)
    assert spool._read("1") is None
