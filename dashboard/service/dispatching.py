"""The dispatcher's thread: plans as soon as it is woken, and knows when a timer is due."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext

from django.conf import settings

from dashboard.store.dispatch.planning import Alongside, OrmStore
from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings

#: Events planned in one transaction.
BATCH = 200
#: Seconds after which it looks for events without a wake-up.
LOOK = 1.0


class Dispatching:
    """Turns accepted events into queued runs. `turn` is one thread's; `wake` is for all.

    Takes what claims runs where they are queued (see OrmStore), and what gives the time in
    Unix seconds: by it timers are due. It may be set at any time, so nothing waits by it.
    """

    def __init__(
        self,
        alongside: Alongside = nullcontext,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = OrmStore(clock, alongside)
        self._clock = clock
        binding = settings.ENVIRONMENT.get("QUBECB_BINDING")
        judging = DispatchSettings(binding=binding, qb_conf=self._store.qb_conf)
        self._dispatcher = Dispatcher(self._store, judging, clock)
        self._woken = threading.Event()
        #: When (monotonic) timers are looked at again.
        self._tick_at = 0.0

    def wake(self) -> None:
        """Events may have been accepted."""
        self._woken.set()

    def configured(self) -> None:
        """The configuration may have changed, and with it the timers."""
        self._tick_at = 0.0
        self._woken.set()

    def turn(self) -> None:
        """Plan what was accepted and fire what is due, or wait for something to do."""
        woken = self._woken.is_set() or self._dispatcher.behind
        if woken:
            self._woken.clear()
            self._dispatcher.step(BATCH)
        if time.monotonic() >= self._tick_at:
            self._tick()
        elif not woken:
            self._wait()

    def _tick(self) -> None:
        """Fire the timers that are due, and look for events without a wake-up.

        Events come first, so a timer that cannot be fired does not hold them up.
        """
        self._woken.set()
        self._tick_at = time.monotonic() + LOOK
        self._store.note_conditions()
        self._dispatcher.tick()

    def _wait(self) -> None:
        due, now = self._store.next_timer(), time.monotonic()
        if due is not None:
            self._tick_at = min(self._tick_at, now + max(0.0, due - self._clock()))
        self._woken.wait(max(0.0, self._tick_at - now))
