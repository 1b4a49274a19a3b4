"""The configuration watcher: edits made by other means are noticed within two seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from dashboard.store.configuration import observe_all
from dashboard.store.site import directories, qb_conf_path
from qubecb.conffile.catalog import CONFIG_NAME

#: Seconds between looks.
LOOK = 1.0
#: A file changed this lately may change again without another time stamp.
_RECENT = 3.0

Stamp = tuple[object, ...]


class Watching:
    """Looks at every callbacks.conf and at qb.conf each second, and records what changed.

    Takes what to call when the configuration may have changed.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._seen: tuple[Stamp, ...] | None = None
        self._pause = threading.Event()

    def turn(self) -> None:
        """Look once, then wait."""
        paths = [directory / CONFIG_NAME for directory in directories()]
        stamps = tuple(_stamp(path) for path in [*paths, qb_conf_path()] if path)
        if stamps != self._seen:
            observe_all()
            self._seen = None if _is_recent(stamps) else stamps
            self._changed()
        self._pause.wait(LOOK)

    def stop(self) -> None:
        """Wait no longer."""
        self._pause.set()


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        return str(path), type(error).__name__
    # the time of the change cannot be set back, as `rsync --inplace --times` does the other
    moments = found.st_mtime_ns, found.st_ctime_ns
    return str(path), found.st_ino, *moments, found.st_size


def _is_recent(stamps: tuple[Stamp, ...]) -> bool:
    now = time.time_ns()
    return any(
        isinstance(stamp[2], int) and abs(now - stamp[2]) < _RECENT * 1e9
        for stamp in stamps
        if len(stamp) > 2
    )
