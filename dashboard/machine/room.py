"""Whether there is room to write: /healthz tells it, before anybody has to be refused.

Known from two sides: what the file system of the data directory says, and what this process
was refused lately. The second also sees a quota, and the disk of a PostgreSQL elsewhere.
"""

from __future__ import annotations

import os
import time

from django.conf import settings

#: Bytes below which the data directory's file system counts as full.
LEAST = 1024 * 1024
#: Seconds for which a refusal counts when nothing was written since.
RECENT = 10.0


class Room:
    """What one process knows of the room that is left."""

    def __init__(self) -> None:
        self._refused_at: float | None = None

    def refused(self) -> None:
        """Note that a write was refused for want of room."""
        self._refused_at = time.monotonic()

    def found(self) -> None:
        """Note that something was written."""
        self._refused_at = None

    @property
    def is_gone(self) -> bool:
        """Whether what is sent now cannot be stored, as far as is known."""
        refused_at = self._refused_at
        lately = refused_at is not None and time.monotonic() - refused_at < RECENT
        return lately or is_short()


def is_short() -> bool:
    """Whether the data directory's file system is full; root has what is reserved, too."""
    try:
        found = os.statvfs(settings.DATA)
    except OSError:
        return False
    free = found.f_bfree if os.geteuid() == 0 else found.f_bavail
    return free * found.f_frsize < LEAST


ROOM = Room()
