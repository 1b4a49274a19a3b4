"""What several connections do at once, once more with SQLite in a file, as it is used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
FILES = (
    "test_owners.py",
    "test_folding.py",
    "test_runs_at_once.py",
    "test_big_acts.py",
    "test_configuration_at_once.py",
    "test_sql.py",
)


@pytest.mark.early
@pytest.mark.timeout(3600)  # hundreds of tests in one
@pytest.mark.skipif("QUBECB_DATABASE_URL" in os.environ, reason="about SQLite")
def test_the_store_keeps_its_promises_on_disk() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            *(FOLDER / name for name in FILES),
        ],
        env={**os.environ, "QUBECB_TEST_ON_DISK": "1"},
        cwd=FOLDER.parents[2],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode()[-4000:]
