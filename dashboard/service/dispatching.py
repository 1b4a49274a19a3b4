"""The dispatcher's thread: plans as soon as it is woken, and knows when a timer is due."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings

from dashboard.store.planning import OrmStore, set_aside
from dashboard.store.site import qb_conf
from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.errors import StoreError

logger = logging.getLogger(__name__)

#: Events planned in one transaction.
BATCH = 200
#: Seconds after which it looks without having been woken.
LOOK = 1.0
_NOT_ITS_FAULT = (StoreError, OSError, MemoryError)


class Dispatching:
    """Turns accepted events into queued runs. `turn` is one thread's; `wake` is for all.

    Takes what to call when runs may have been queued.
    """

    def __init__(self, planned: Callable[[], None]) -> None:
        self._store = OrmStore()
        binding = settings.ENVIRONMENT.get("QUBECB_BINDING")
        self._dispatcher = Dispatcher(
            self._store, DispatchSettings(binding=binding, qb_conf=qb_conf), time.time
        )
        self._planned = planned
        self._woken = threading.Event()
        self._tick_at = 0.0

    def wake(self) -> None:
        """Events may have been accepted."""
        self._woken.set()

    def configured(self) -> None:
        """The configuration may have changed, and with it the timers."""
        self._tick_at = 0.0
        self._woken.set()

    def turn(self) -> None:
        """Plan what was accepted, or wait for something to do."""
        self._woken.clear()
        if time.time() >= self._tick_at:
            self._tick_at = time.time() + LOOK
            self._tick()
        if self._step():
            self._planned()
            return
        due = self._store.next_timer()
        now = time.time()
        self._tick_at = min(self._tick_at, due) if due is not None else now + LOOK
        self._woken.wait(max(0.0, min(LOOK, self._tick_at - now)))

    def _tick(self) -> None:
        """Fire the timers that are due. One that cannot be fired holds up no event."""
        try:
            self._dispatcher.tick()
        except Exception:  # whatever it was is told below
            self._step()
            raise

    def _step(self) -> int:
        """Plan one batch. An event that cannot be planned is set aside, so that the others can.

        What is wrong with the machine is not the event's fault: it is planned later.
        """
        try:
            return self._dispatcher.step(BATCH)
        except _NOT_ITS_FAULT:
            raise
        except Exception:  # one bad event must not hold up the others
            logger.exception(
                "a batch cannot be planned; its events are tried one by one"
            )
            return self._one_by_one()

    def _one_by_one(self) -> int:
        for number in range(BATCH):
            try:
                if not self._dispatcher.step(1):
                    return number
            except _NOT_ITS_FAULT:
                raise
            except Exception as error:  # told with the event
                logger.exception("an event cannot be planned")
                set_aside(f"it could not be planned: {type(error).__name__}: {error}")
        return BATCH
