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


@pytest.fixture(scope="session", autouse=True)
def nobody_fills_emptied_tables() -> None:
    """Leave out Django's permissions, which nothing here uses.

    Django makes them anew after each test that commits, which takes longer than most of these.
    """
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db.models.signals import post_migrate

    uid = "django.contrib.auth.management.create_permissions"
    assert post_migrate.disconnect(create_permissions, dispatch_uid=uid)
    assert post_migrate.disconnect(create_contenttypes)


@pytest.fixture(scope="session", autouse=True)
def tables_are_emptied_quickly() -> None:
    """Delete the few rows of a test; TRUNCATE makes some hundred files anew on PostgreSQL."""
    from django.db import connection

    def deleting(style: object, tables: list[str], **_: object) -> list[str]:
        quote = connection.ops.quote_name
        return [f"DELETE FROM {quote(name)}" for name in tables]  # noqa: S608 - our names

    if os.environ.get("QUBECB_DATABASE_URL"):
        connection.ops.sql_flush = deleting  # type: ignore[assignment, method-assign]


if ON_DISK:

    @pytest.fixture(scope="session")
    def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
        """Have the tests' database in a file."""
        from django.conf import settings as site

        file: Path = tmp_path_factory.mktemp("database") / "tests.sqlite3"
        site.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(file)
