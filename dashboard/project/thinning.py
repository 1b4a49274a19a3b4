"""Many similar log lines become a few lines and a sum: "and 329 more like it"."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field

#: Lines from one place of the code in so many seconds; what is more is counted.
MOST, SECONDS = 10, 60.0
Place = tuple[str, int, str, int]


@dataclass(slots=True)
class _Seen:
    """The records of one place since a time (monotonic)."""

    since: float = field(default_factory=time.monotonic)
    count: int = 0
    kept_back: logging.LogRecord | None = None


class Thinned(logging.Filter):
    """Lets MOST records of each place and level pass in SECONDS, and sums up the rest.

    All handlers of the process share what was counted: each asks for each record.
    """

    _lock = threading.Lock()
    _places: dict[Place, _Seen] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is written."""
        verdict: bool | None = getattr(record, "passes", None)
        if verdict is None:
            with self._lock:
                verdict = self._count(record)
            record.passes = verdict
        return verdict

    def _count(self, record: logging.LogRecord) -> bool:
        place = record.name, record.levelno, record.pathname, record.lineno
        seen = self._places.get(place)
        now = time.monotonic()
        if seen is None or (now - seen.since >= SECONDS and seen.kept_back is None):
            seen = self._places[place] = _Seen(now)
        seen.count += 1
        if seen.count <= MOST:
            return True
        if seen.kept_back is None:
            timer = threading.Timer(SECONDS - (now - seen.since), _sum_up, (place,))
            timer.daemon = True
            timer.start()
        seen.kept_back = record
        return False

    @classmethod
    def sum_up(cls, place: Place) -> None:
        """Write how many records of a place were held back, and the last one."""
        with cls._lock:
            seen = cls._places.pop(place, _Seen())
        last = seen.kept_back
        if last is None:
            return
        last.msg, last.args = (
            "and %s more like it in the last minute, the last one: %s",
            (
                seen.count - MOST,
                last.getMessage(),
            ),
        )
        last.exc_info = last.exc_text = None
        last.__dict__["passes"] = True
        logging.getLogger(last.name).handle(last)


def _sum_up(place: Place) -> None:
    Thinned.sum_up(place)
