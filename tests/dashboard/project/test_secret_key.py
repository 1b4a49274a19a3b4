"""What a data directory that cannot be used is refused with."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.project.secret_key import secret_key
from qubecb.errors import ConfigurationError


def test_a_file_in_the_place_of_the_data_directory_is_said(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.touch()
    for place in (file, file / "below"):
        with pytest.raises(ConfigurationError, match="used: not a directory"):
            secret_key(place)
