"""`manage.py` that writes down what it asks of the database.

`QUBECB_TEST_STATEMENTS` names the file: a line for each statement, BEGIN and COMMIT among them,
with the thread that asked. Whoever else appends to the file marks a place in the order.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from django.core.management import execute_from_command_line
from django.db.backends.signals import connection_created

FILE = "QUBECB_TEST_STATEMENTS"


class Noted(deque[Any]):
    """What Django keeps of a connection's statements, when it is told to keep them."""

    def append(self, query: Any) -> None:
        """Write one down; each is one write, so that those of several processes stay whole."""
        line = f"{threading.current_thread().name}: {' '.join(query['sql'].split())}\n"
        with Path(os.environ[FILE]).open("ab", buffering=0) as file:
            file.write(line.encode())


def note(connection: Any, **_: object) -> None:
    """Note all statements of a connection that was just made."""
    connection.force_debug_cursor = True
    connection.queries_log = Noted()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.project.settings")
    connection_created.connect(note)
    execute_from_command_line(sys.argv)
