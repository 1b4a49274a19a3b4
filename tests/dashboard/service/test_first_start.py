"""What a start asks of the data directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.service.first_start import check_writable
from qubecb.errors import ConfigurationError


def test_a_new_data_directory_is_made(tmp_path: Path) -> None:
    data = tmp_path / "below" / "data"
    check_writable(data)
    assert {each.name for each in data.iterdir()} == {"log", "scratch", "spool"}


@pytest.mark.parametrize("name", [".", "log", "scratch", "spool"])
def test_a_file_where_a_folder_has_to_be_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / "data" / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    with pytest.raises(ConfigurationError, match="is a file") as told:
        check_writable(tmp_path / "data")
    assert str(path) in str(told.value)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be written: not a directory"):
        check_writable(tmp_path / "file" / "data")
