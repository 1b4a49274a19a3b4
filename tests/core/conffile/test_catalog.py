"""Callback directories as they stand on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qubecb.conffile import qb_conf
from qubecb.conffile.catalog import callback_paths, load, load_directory
from qubecb.conffile.storage import LARGEST
from tests.core.conffile.samples import DOCUMENTED


@pytest.fixture
def callback(tmp_path: Path) -> Path:
    path = tmp_path / "callback"
    path.mkdir()
    (path / "callbacks.conf").write_bytes(DOCUMENTED)
    (path / "submitted.py").touch()
    return path


def test_mappings_know_their_script_and_language(callback: Path) -> None:
    directory = load_directory(callback)
    found = [(each.file, each.language, each.exists) for each in directory.mappings]
    assert found == [
        ("logFailuresToDB.py", "python", False),
        ("mail-status.qcb", "qube", False),
        ("checkWork.pl", "perl", False),
        ("submitted.py", "python", True),
    ]


def test_scripts_are_regular_files_of_a_known_extension(callback: Path) -> None:
    (callback / "library.py").touch()
    (callback / "notes.txt").touch()
    (callback / ".hidden.py").touch()
    (callback / "folder.py").mkdir()
    os.mkfifo(callback / "pipe.py")
    (callback / "link.pl").symlink_to("submitted.py")
    (callback / "dangling.pl").symlink_to("nowhere")
    directory = load_directory(callback)
    assert directory.scripts == ("library.py", "link.pl", "submitted.py")
    assert directory.unmapped == ("library.py", "link.pl")


@pytest.mark.parametrize("kind", ["directory", "pipe"])
def test_a_script_that_is_no_regular_file_is_not_readable(
    callback: Path, kind: str
) -> None:
    path = callback / "checkWork.pl"
    path.mkdir() if kind == "directory" else os.mkfifo(path)
    mapping = load_directory(callback).mapping("checkWork.pl")
    assert mapping is not None
    assert (mapping.exists, mapping.readable) == (True, False)


def test_an_error_says_why_a_mapping_can_never_run(callback: Path) -> None:
    data = b"../a.py = done-job-self\nb.py = done-jb-self\nc.py = done-job-self\n"
    directory = load_directory(callback, data)
    assert [each.error for each in directory.mappings] == [
        "the file name contains a slash; a callback lies directly in the callback directory",
        "`jb` is not a type",
        None,
    ]


def test_a_name_that_leaves_the_directory_is_never_looked_at(callback: Path) -> None:
    (callback.parent / "outside.py").touch()
    (mapping,) = load_directory(callback, b"../outside.py = done-job-self").mappings
    assert (mapping.exists, mapping.readable) == (False, False)


@pytest.mark.parametrize("name", ["gone", "file", "a\0b"])
def test_a_directory_that_cannot_be_listed_is_a_value(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").touch()
    directory = load_directory(tmp_path / name)
    assert directory.trouble == "directory"
    assert directory.error is not None
    assert directory.mappings == ()


def test_a_file_in_the_place_of_a_directory_is_said(callback: Path) -> None:
    file = callback / "submitted.py"
    (callback / "link").symlink_to(file)
    for place in (file, callback / "link"):
        told = f"the callback directory {place} is not a directory"
        assert load_directory(place).error == told
    below = load_directory(file / "below")
    assert str(below.error).endswith("a part of its path is not a directory")


def test_a_directory_without_callbacks_conf_still_has_scripts(callback: Path) -> None:
    (callback / "callbacks.conf").unlink()
    directory = load_directory(callback)
    assert (directory.trouble, directory.data) == ("no-config", b"")
    assert directory.scripts == ("submitted.py",)


def test_a_callbacks_conf_that_is_no_file_is_said(callback: Path) -> None:
    (callback / "callbacks.conf").unlink()
    os.mkfifo(callback / "callbacks.conf")
    assert load_directory(callback).trouble == "config"


def test_a_callbacks_conf_beyond_the_bound_is_said(callback: Path) -> None:
    (callback / "callbacks.conf").write_bytes(b"#" * (LARGEST + 1))
    assert load_directory(callback).trouble == "too-large"
    assert load_directory(callback, b"#" * (LARGEST + 1)).trouble == "too-large"


def test_the_order_of_directories_is_kept_and_each_counts_once(callback: Path) -> None:
    gone = callback.parent / "gone"
    catalog = load([gone, callback, gone])
    assert [each.path for each in catalog.directories] == [gone, callback]
    assert catalog.directory(callback) is catalog.directories[1]


def test_the_environment_counts_before_qb_conf(tmp_path: Path) -> None:
    path = tmp_path / "qb.conf"
    path.write_text("supervisor_universal_callback_path = /c\n")
    conf = qb_conf.load(path)
    assert callback_paths({"QUBECB_CALLBACK_PATH": "/a, /b,,/a"}, conf) == [
        Path("/a"),
        Path("/b"),
    ]
    assert callback_paths({}, conf) == [Path("/c")]
    assert callback_paths({}, qb_conf.load(None)) == []
