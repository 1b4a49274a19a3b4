"""Files are read bounded, and only regular ones."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from qubecb.conffile.storage import LARGEST, digest, read
from qubecb.errors import FileTooLarge, UnreadableFile


def test_a_file_at_the_bound_is_read(tmp_path: Path) -> None:
    path = tmp_path / "callbacks.conf"
    path.write_bytes(b"#" * LARGEST)
    assert len(read(path)) == LARGEST


def test_a_file_of_50_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "callbacks.conf"
    with path.open("wb") as opened:
        opened.truncate(50_000_000)
    with pytest.raises(
        FileTooLarge, match="has 50,000,000 bytes; the limit is 1,048,576"
    ):
        read(path)


def test_an_endless_file_that_says_it_is_empty_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="is not a regular file"):
        read(Path("/dev/zero"))


def test_a_fifo_does_not_hang(tmp_path: Path) -> None:
    path = tmp_path / "callbacks.conf"
    os.mkfifo(path)
    with pytest.raises(UnreadableFile, match="is not a regular file"):
        read(path)


def test_a_directory_and_a_socket_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        for odd in (path, tmp_path):
            with pytest.raises(UnreadableFile, match="is not a regular file"):
                read(odd)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("none", "does not exist"),
        ("file/none", "does not exist: a part of its path is not a directory"),
        ("loop", "is a symbolic link that leads to itself"),
        ("a\0b", "has a NUL in its path"),
        ("x" * 300, "has a path that is too long"),
    ],
)
def test_what_cannot_be_opened_is_said(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UnreadableFile, match=f"{why}$"):
        read(tmp_path / name)


def test_a_revision_is_named_by_its_bytes() -> None:
    assert digest(b"a") != digest(b"b")
    assert len(digest(b"")) == 64
