"""What is missing, unreadable or emptied is told from what somebody wants."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qubecb.conffile.absence import absence_of, lost_files, may_be_half_written
from qubecb.conffile.catalog import load_directory
from qubecb.conffile.meaning import EffectiveMapping
from qubecb.conffile.reading import LARGEST
from qubecb.conffile.steadiness import Steadiness

GOOD = b"a.py = done-job-self\nb.py = failed-job-self\n"


@pytest.fixture
def callback(tmp_path: Path) -> Path:
    """A callback directory with two mappings."""
    made = tmp_path / "callback"
    made.mkdir()
    (made / "callbacks.conf").write_bytes(GOOD)
    return made


def in_force(data: bytes = GOOD) -> tuple[EffectiveMapping, ...]:
    return load_directory(Path("/farm"), data).meaning()


def kind(callback: Path, before: tuple[EffectiveMapping, ...] | None = None) -> str:
    """What is absent, where two mappings were in force."""
    wanted = in_force() if before is None else before
    found = absence_of(load_directory(callback), wanted)
    return found.kind if found else ""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (GOOD, ""),
        (b"a.py = done-job-self\n", ""),
        (b"c.py = done-job-self\n", ""),
        (b"a.py = done-job-(\n", ""),
        (b"# M\xfcller\na.py = done-job-self\n", ""),
        (b"", "emptied"),
        (b"\n", "emptied"),
        (b"# a.py = done-job-self\n", "emptied"),
        (b"\0" * len(GOOD), "undecodable"),
        (b"\x1f\x8b\x08 anything that is not a text\xff\xfe", "emptied"),
        (GOOD.decode().encode("utf-16"), "undecodable"),
        (GOOD.decode().encode("utf-16-be"), "undecodable"),
        (GOOD.decode().encode("utf-32"), "undecodable"),
        (b"#" * (LARGEST + 1), "unreadable"),
    ],
)
def test_what_has_no_mapping_left_is_absent(
    callback: Path, data: bytes, expected: str
) -> None:
    (callback / "callbacks.conf").write_bytes(data)
    assert kind(callback) == expected


def test_a_file_or_a_directory_that_is_gone_is_absent(callback: Path) -> None:
    config = callback / "callbacks.conf"
    config.unlink()
    assert kind(callback) == "missing"
    config.symlink_to("nowhere")
    assert kind(callback) == "missing"
    config.unlink()
    config.mkdir()
    assert kind(callback) == "unreadable"
    config.rmdir()
    callback.rmdir()
    assert kind(callback) == "directory"
    callback.write_text("not a directory")
    assert kind(callback) == "directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_what_may_not_be_read_is_absent(callback: Path) -> None:
    (callback / "callbacks.conf").chmod(0)
    assert kind(callback) == "unreadable"
    callback.chmod(0)
    assert kind(callback) == "directory"
    callback.chmod(0o700)


def test_where_nothing_was_mapped_nothing_can_be_lost(callback: Path) -> None:
    (callback / "callbacks.conf").unlink()
    assert kind(callback, ()) == ""
    callback.rmdir()
    assert kind(callback, ()) == ""


def test_a_directory_that_was_never_read_is_absent(callback: Path) -> None:
    assert absence_of(load_directory(callback), None) is None
    found = absence_of(load_directory(callback / "not-mounted"), None)
    assert found is not None
    assert "not-mounted" in found.sentence


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (GOOD, False),
        (GOOD + b"c.py = done-job-self\n", False),
        (GOOD + b"c.py = done-job-5", True),
        (GOOD[:21], True),
        (b"", True),
        (b"c.py = done-job-self\n", True),
    ],
)
def test_a_file_that_may_be_half_written_is_known_by_what_it_lacks(
    data: bytes, expected: bool
) -> None:
    found = load_directory(Path("/farm"), data)
    assert may_be_half_written(found, in_force()) is expected


@pytest.mark.parametrize(("left", "lost"), [(9, 0), (5, 0), (4, 6), (1, 9)])
def test_more_than_half_is_a_loss_to_tell_of(left: int, lost: int) -> None:
    before = [EffectiveMapping(f"{n}.py", "done-job-self", n) for n in range(10)]
    assert len(lost_files(before, before[:left])) == lost


def test_a_file_is_steady_when_it_has_not_changed_for_a_while() -> None:
    now = [100.0]
    steadiness = Steadiness(2.0, lambda: now[0])
    assert not steadiness.is_steady("a", "half")
    now[0] += 1.0
    assert not steadiness.is_steady("a", "whole")
    now[0] += 1.5
    assert not steadiness.is_steady("a", "whole")
    now[0] += 0.5
    assert steadiness.is_steady("a", "whole")
    steadiness.forget("a")
    assert not steadiness.is_steady("a", "whole")
