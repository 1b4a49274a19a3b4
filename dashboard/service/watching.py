"""The configuration watcher: edits made by other means are noticed within two seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from dashboard.store.configuration import absences
from dashboard.store.configuration.observing import observe_all
from dashboard.store.configuration.site import directories, qb_conf
from qubecb.conffile.catalog import CONFIG_NAME

#: Seconds between looks, and while something has changed lately.
LOOK, CLOSE_LOOK = 1.0, 0.25
#: For so many seconds after a change a file may change again with the same time stamp, or still be
#: written.
_RECENT = 3.0

Stamp = tuple[object, ...]


class Watching:
    """Looks at every callbacks.conf and at qb.conf each second, and records what changed.

    Takes what to call when the configuration may have changed.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._seen: tuple[object, ...] | None = None
        self._changed_at = 0.0
        #: A missing file may come back with the same time stamp, when a disk works again.
        self._unsettled = False
        self._pause = threading.Event()

    def turn(self) -> None:
        """Look once, then wait."""
        paths = [directory / CONFIG_NAME for directory in directories()]
        stamps = qb_conf(), *(_stamp(path) for path in paths)
        now = time.monotonic()
        if stamps != self._seen:
            self._changed_at = now
        recent = now - self._changed_at < _RECENT
        if stamps != self._seen or recent or self._unsettled:
            observe_all()
            self._unsettled = absences.are_told()
            self._seen = stamps
        if recent:
            self._changed()
        self._pause.wait(CLOSE_LOOK if recent else LOOK)

    def stop(self) -> None:
        self._pause.set()


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        return str(path), type(error).__name__
    # the time of the change cannot be set back, as `rsync --inplace --times` does the other
    moments = found.st_mtime_ns, found.st_ctime_ns
    return str(path), found.st_ino, *moments, found.st_size
