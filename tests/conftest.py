"""What holds for every test."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

#: Whether SQLite is tested as it is used, in a file, where readers never wait for writers.
ON_DISK = bool(os.environ.get("QUBECB_TEST_ON_DISK"))

# A machine that is busy is not a failure: nothing here is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have what takes longest begin first, so that nobody waits for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("early") is None)


def pytest_collection_finish() -> None:
    """Have the garbage collector pass over the thousands of tests themselves."""
    gc.collect()
    gc.freeze()


if ON_DISK:

    @pytest.fixture(scope="session")
    def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
        """Have the tests' database in a file."""
        from django.conf import settings as site

        file: Path = tmp_path_factory.mktemp("database") / "tests.sqlite3"
        site.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(file)
