"""Whether a file has stayed the same for a while: nobody is in the middle of writing it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable


class Steadiness:
    """Remembers since when each file is as it is.

    Takes the seconds for which a file must have been the same, and a clock that is never set.
    """

    def __init__(
        self, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[Hashable, tuple[Hashable, float]] = {}

    def is_steady(self, file: Hashable, content: Hashable) -> bool:
        """Whether this was the file's content already that long ago."""
        now = self._clock()
        with self._lock:
            before = self._seen.get(file)
            if before is None or before[0] != content:
                before = self._seen[file] = content, now
        return now - before[1] >= self.seconds

    def forget(self, file: Hashable) -> None:
        """The file's content counts now; the next change begins anew."""
        with self._lock:
            self._seen.pop(file, None)
