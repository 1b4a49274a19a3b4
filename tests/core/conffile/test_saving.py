"""Saving loses nothing: not a byte of the file, not an edit of somebody else."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qubecb.conffile import saving
from qubecb.conffile.exchange import NoExchange, exchange
from qubecb.conffile.storage import LARGEST, read, save
from qubecb.errors import ConfigurationError, ConflictingEdit, FileTooLarge


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "callbacks.conf"
    path.write_bytes(b"old\n")
    return path


def names(directory: Path) -> list[str]:
    return sorted(each.name for each in directory.iterdir())


@pytest.mark.usefixtures("either_way")
def test_a_save_replaces_what_was_read_and_leaves_nothing_else(config: Path) -> None:
    save(config, b"new\n", b"old\n")
    assert config.read_bytes() == b"new\n"
    assert names(config.parent) == ["callbacks.conf"]


@pytest.mark.usefixtures("either_way")
def test_a_save_over_something_else_is_a_conflict(config: Path) -> None:
    with pytest.raises(ConflictingEdit) as caught:
        save(config, b"new\n", b"older\n")
    assert caught.value.found == b"old\n"
    assert config.read_bytes() == b"old\n"
    assert names(config.parent) == ["callbacks.conf"]


@pytest.mark.usefixtures("either_way")
def test_mode_and_owner_stay(config: Path) -> None:
    config.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(config, 1234, 4321)
    before = config.stat()
    save(config, b"new\n", b"old\n")
    after = config.stat()
    assert stat.S_IMODE(after.st_mode) == 0o640
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)


def test_a_missing_file_counts_as_empty_and_is_made(tmp_path: Path) -> None:
    path = tmp_path / "callbacks.conf"
    save(path, b"new\n", b"")
    assert path.read_bytes() == b"new\n"
    assert names(tmp_path) == ["callbacks.conf"]


def test_a_file_that_has_gone_is_a_conflict(tmp_path: Path) -> None:
    with pytest.raises(ConflictingEdit):
        save(tmp_path / "callbacks.conf", b"new\n", b"old\n")
    assert names(tmp_path) == []


def test_an_edit_during_the_exchange_is_put_back(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = [b"theirs\n"]

    def late(temporary: str, target: str, directory: int) -> None:
        if edits:
            config.write_bytes(edits.pop())
        exchange(temporary, target, directory)

    monkeypatch.setattr(saving, "exchange", late)
    with pytest.raises(ConflictingEdit) as caught:
        save(config, b"new\n", b"old\n")
    assert (caught.value.found, config.read_bytes()) == (b"theirs\n", b"theirs\n")
    assert names(config.parent) == ["callbacks.conf"]


def test_the_newest_of_two_edits_during_the_exchange_stays(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = [b"theirs 1\n", b"theirs 2\n"]

    def late(temporary: str, target: str, directory: int) -> None:
        if edits:
            config.write_bytes(edits.pop(0))
        exchange(temporary, target, directory)

    monkeypatch.setattr(saving, "exchange", late)
    with pytest.raises(ConflictingEdit):
        save(config, b"new\n", b"old\n")
    assert config.read_bytes() == b"theirs 2\n"


def test_a_file_that_is_open_for_writing_is_given_back(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = config.open("ab")
    with pytest.raises(ConflictingEdit):
        save(config, b"new\n", b"old\n")
    held.write(b"theirs\n")
    held.close()
    assert config.read_bytes() == b"old\ntheirs\n"
    save(config, b"new\n", b"old\ntheirs\n")
    assert config.read_bytes() == b"new\n"


def test_an_edit_into_the_old_file_is_put_back_without_exchange(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = config.open("ab")

    def late(first: str, second: str, directory: int) -> None:
        held.write(b"theirs\n")
        held.close()
        raise NoExchange

    monkeypatch.setattr(saving, "exchange", late)
    with pytest.raises(ConflictingEdit):
        save(config, b"new\n", b"old\n")
    assert config.read_bytes() == b"old\ntheirs\n"


def test_what_could_not_be_read_again_is_not_saved(config: Path) -> None:
    with pytest.raises(FileTooLarge):
        save(config, b"#" * (LARGEST + 1), b"old\n")
    assert config.read_bytes() == b"old\n"


def test_a_directory_that_has_vanished_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="directory does not exist"):
        save(tmp_path / "gone" / "callbacks.conf", b"new\n", b"")


def in_place(path: Path, data: bytes) -> None:
    """Write as `cat >` does."""
    path.write_bytes(data)


def by_rename(path: Path, data: bytes) -> None:
    """Write as careful editors do."""
    beside = path.with_name("theirs.tmp")
    beside.write_bytes(data)
    beside.replace(path)


@given(
    counts=st.tuples(st.integers(1, 15), st.integers(1, 15)),
    write=st.sampled_from([by_rename, in_place]),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_editor_that_writes_at_the_same_time_loses_nothing(
    config: Path, counts: tuple[int, int], write: Callable[[Path, bytes], None]
) -> None:
    """The editor writes without looking, so its last edit must stand or have been read."""
    config.write_bytes(b"start\n")
    theirs = [b"theirs %d\n" % number for number in range(counts[0])]

    def edit() -> None:
        for each in theirs:
            write(config, each)

    thread = threading.Thread(target=edit)
    overwritten: list[bytes] = []
    thread.start()
    for number in range(counts[1]):
        expected = read(config)
        try:
            save(config, b"ours %d\n" % number, expected)
            overwritten.append(expected)
        except ConflictingEdit:
            pass  # seen
    thread.join()
    assert config.read_bytes() == theirs[-1] or theirs[-1] in overwritten


def test_of_many_saves_at_once_each_is_seen_or_refused(config: Path) -> None:
    config.write_bytes(b"0")
    saved: list[int] = []

    def count_up() -> None:
        for _ in range(10):
            before = read(config)
            try:
                save(config, b"%d" % (int(before) + 1), before)
                saved.append(int(before) + 1)
            except ConflictingEdit:
                pass  # seen, so counted again

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(saved) == list(range(1, int(config.read_bytes()) + 1))
    assert names(config.parent) == ["callbacks.conf"]
