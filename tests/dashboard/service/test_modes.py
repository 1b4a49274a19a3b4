"""The data directory is the service's own, whatever it was before a start."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from dashboard.project.environment import Environment
from dashboard.service import modes
from qubecb.errors import ConfigurationError


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    """A data directory that everybody can read."""
    settings.ENVIRONMENT = Environment({})
    for name in ("callback", "log", "spool/new", "spool/tmp", "spool/bad", "scratch"):
        (tmp_path / "data" / name).mkdir(parents=True)
    for name in ("qubecb.sqlite3", "log/work.log", "callback/a.py", "spool/bad/1.json"):
        (tmp_path / "data" / name).touch()
        (tmp_path / "data" / name).chmod(0o644)
    for path in ((tmp_path / "data"), *(tmp_path / "data").rglob("*")):
        if path.is_dir():
            path.chmod(0o777)
    return tmp_path / "data"


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.lstat().st_mode))[2:]


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        (".", "711"),
        ("qubecb.sqlite3", "600"),
        ("log", "700"),
        ("log/work.log", "600"),
        ("scratch", "700"),
        ("callback", "755"),
        ("callback/a.py", "644"),
        ("spool", "700"),
        ("spool/new", "700"),
        ("spool/bad/1.json", "600"),
    ],
)
def test_everything_gets_its_mode(data: Path, name: str, becomes: str) -> None:
    modes.close(data)
    assert mode(data / name) == becomes


def test_a_group_may_be_let_into_the_spool(data: Path, settings: Any) -> None:
    group = os.getgid()
    settings.ENVIRONMENT = Environment({"QUBECB_SPOOL_GROUP": str(group)})
    modes.close(data)
    found = [mode(data / f"spool{name}") for name in ("", "/tmp", "/new", "/bad")]  # noqa: S108 (ours)
    assert found == ["710", "2770", "2770", "700"]
    assert (data / "spool/new").stat().st_gid == group


@pytest.mark.parametrize("name", ["nobodys-group", "4294967295", "9" * 50])
def test_a_group_that_there_is_not_is_named(
    data: Path, settings: Any, name: str
) -> None:
    settings.ENVIRONMENT = Environment({"QUBECB_SPOOL_GROUP": name})
    with pytest.raises(ConfigurationError, match=f"no Unix group '{name}'"):
        modes.close(data)


def test_no_link_is_followed(data: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").touch()
    outside.chmod(0o755)
    (outside / "file").chmod(0o644)
    (data / "link").symlink_to(outside)
    (data / "log" / "link").symlink_to(outside / "file")
    (data / "callback").rename(tmp_path / "elsewhere")
    (data / "callback").symlink_to(outside)
    modes.close(data)
    assert (mode(outside), mode(outside / "file")) == ("755", "644")


def test_what_ends_meanwhile_is_no_trouble(data: Path) -> None:
    modes.close(data / "not" / "there")
    assert not (data / "not").exists()
