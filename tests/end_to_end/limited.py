"""`manage.py` on a database in trouble, full or with little patience for a lock, or with few files.

`QUBECB_TEST_PAGES` is SQLite's `max_page_count` for every connection, `QUBECB_TEST_PATIENCE`
its `busy_timeout` in milliseconds. Both last as long as a connection, so they cannot be set
from outside the process. `QUBECB_TEST_FILES` is the limit of open files.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from django.core.management import execute_from_command_line
from django.db.backends.signals import connection_created

PRAGMAS = {
    "QUBECB_TEST_PAGES": "max_page_count",
    "QUBECB_TEST_PATIENCE": "busy_timeout",
}


def limit(connection: Any, **_: object) -> None:
    """Limit a connection that was just made."""
    with connection.cursor() as cursor:
        for name, pragma in PRAGMAS.items():
            if name in os.environ:
                cursor.execute(f"PRAGMA {pragma} = {int(os.environ[name])}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.project.settings")
    connection_created.connect(limit)
    if "QUBECB_TEST_FILES" in os.environ:
        files = int(os.environ["QUBECB_TEST_FILES"])
        resource.setrlimit(resource.RLIMIT_NOFILE, (files // 2, files))
    execute_from_command_line(sys.argv)
