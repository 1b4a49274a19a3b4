"""Whether this process can tell who is dead: not while, or just after, the database was away."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.store.processes.spans import since_boot

#: Seconds without a gap after which the signs of life of others may be judged.
STEADY = 8.0
#: Seconds between two signs of ours, or that the database's clock leaps, that are a gap. Others
#: that live need 3 seconds more to connect again, and are not silent for 6 then.
GAP = 3.0


class Steadiness:
    """Since when its own signs of life are stored without a gap.

    After an outage of the database, and after its clock was set, all others look dead until they
    have given another sign. Takes a clock that is never set.
    """

    def __init__(self, clock: Callable[[], float] = since_boot) -> None:
        self._clock = clock
        self._since = self._last = clock()
        self._ahead: float | None = None

    def stored(self, at: float) -> None:
        """A sign of ours is stored, at this time by the database's clock."""
        now = self._clock()
        ahead = at - now
        leap = 0.0 if self._ahead is None else abs(ahead - self._ahead)
        if self._ahead is None or now - self._last > GAP or leap > GAP:
            self._since = now
        self._last, self._ahead = now, ahead

    @property
    def lasts(self) -> bool:
        """Whether others may be judged, just after a sign was stored."""
        return self._last - self._since >= STEADY
