"""Everything in this folder once more, with PostgreSQL in the place of SQLite."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dashboard.store import postgres

FOLDER = Path(__file__).parent
REPOSITORY = FOLDER.parents[2]


@pytest.mark.early
@pytest.mark.timeout(3600)  # hundreds of tests in one
def test_the_store_keeps_its_promises_on_postgresql() -> None:
    if postgres.programs() is None:
        if os.environ.get("CI"):
            pytest.fail("the tests need PostgreSQL; bin/test installs it")
        pytest.skip("there is no PostgreSQL here")
    with postgres.server(*postgres.QUICK) as folder:
        url = postgres.database(folder, "qubecb")
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-x", str(FOLDER)),
                *("--ignore", __file__),
            ],
            env={**os.environ, "QUBECB_DATABASE_URL": url},
            cwd=REPOSITORY,
            capture_output=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout.decode()[-4000:]
