"""Accepts events: every event comes through here, from every source.

Keeps promise 1: when `accept` returns, its events are on disk, and the dispatcher will find
them, whatever is killed at any moment. A list is accepted whole or not at all. An id that was
accepted before is a duplicate and changes nothing.

Threads that accept at the same time share one transaction (dashboard.store.intake.door).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings

from dashboard.machine.waking import EVENTS, wake
from dashboard.store.database import sql
from dashboard.store.intake.door import Door
from dashboard.store.rows.events import NewEvent, store
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.errors import Backlogged, InvalidEvent, Problem
from qubecb.events import Event
from qubecb.jobs import Act

_WAITING = (
    "SELECT COUNT(*) FROM (SELECT 1 FROM dashboard_eventrecord"
    " WHERE planned_at IS NULL AND set_aside_at IS NULL LIMIT %s) AS waiting"
)
#: Seconds after which the backlog is counted again, and after which a refused sender may retry.
_COUNT_EVERY = 0.5
_RETRY_AFTER = 5
#: Below this part of the bound, by what came through here, the backlog is not counted.
_FAR = 0.1


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a list of events; `ids` has an entry for each, in order."""

    accepted: int
    duplicates: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where events come from: what is stored beside them."""

    source: str = "api"
    actor: str = ""
    #: How many actions led to them.
    depth: int = 0
    test: bool = False
    #: The one mapping that a live test fire is meant for.
    only: MappingKey | None = None
    #: The run whose action caused them.
    caused_by: int | None = None


def accept(events: Sequence[Event], *, source: str, actor: str = "") -> Accepted:
    """Store events, durably, and wake the dispatcher.

    Takes where they come from (`source`: api or emit) and who sent them. Raises
    Backlogged past QUBECB_BACKLOG, StoreFull, StoreBusy, InvalidEvent for numbers that are
    not JSON; then nothing of the list is stored.
    """
    rows = rows_of(events, Origin(source, actor), time.time())
    new = take_in(partial(store, rows), len(rows) if source == "api" else 0)
    return Accepted(new, len(rows) - new, tuple(event.id for event in events))


def take_in(work: Callable[[], int], count: int) -> int:
    """Run a function that stores events in a shared transaction, and wake the dispatcher.

    The function gives how many events are new. Takes also how many the backlog must have room
    for (0: the bound does not apply). Raises as `accept`.
    """
    if count:
        _BACKLOG.check(count)
    new = _DOOR.pass_through(work)
    if new:
        wake(EVENTS)
    return new


def rows_of(
    events: Sequence[Event],
    origin: Origin,
    now: float,
    acts: Sequence[Act | None] = (),
) -> list[NewEvent]:
    """Make the rows of events; raises InvalidEvent for numbers that JSON does not have.

    Takes the acts of events that were made by verbs: one for each event, or none at all.
    """
    only, accepted_at = origin.only or MappingKey("", ""), sql.moment(now)
    changes = acts or (None,) * len(events)
    return [
        NewEvent(
            event_id=event.id,
            name=event.name,
            type=event.type,
            extra=event.extra or "",
            time=sql.moment(event.time),
            job_id=event.job.id,
            job=_as_text(event.job.as_dict() if act is None else event.job.as_told()),
            accepted_at=accepted_at,
            source=origin.source,
            actor=origin.actor,
            depth=origin.depth,
            test=origin.test,
            only_directory=only.directory,
            only_file=only.file,
            caused_by=origin.caused_by,
            change=None if act is None else sql.dump(act.as_dict()),
        )
        for event, act in zip(events, changes, strict=True)
    ]


def waiting(most: int) -> int:
    """Count the events that are not planned yet, up to `most`."""
    return int(sql.value(_WAITING, [most]))


def _as_text(job: dict[str, Any]) -> str:
    try:
        return sql.dump(job)
    except ValueError:
        message = "holds a number that JSON does not have (NaN or infinity)"
        raise InvalidEvent([Problem("job", message)]) from None


@dataclass(slots=True)
class _Backlog:
    """Estimates how many events wait to be planned, without counting each time."""

    counted_at: float = float("-inf")
    waiting: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, more: int) -> None:
        """Let `more` events in, all of them or none.

        Raises Backlogged if too many would wait then; InvalidEvent if they alone are too many, so
        that sending them again cannot help.
        """
        bound: int = settings.ENVIRONMENT.get("QUBECB_BACKLOG")
        if more > bound:
            message = (
                f"a list of {more:,} events is more than QUBECB_BACKLOG, {bound:,}"
            )
            raise InvalidEvent([Problem("", message)])
        with self._lock:
            now = time.monotonic()
            near = self.waiting + more > bound * _FAR
            if near and now - self.counted_at > _COUNT_EVERY:
                self.waiting, self.counted_at = waiting(bound + 1), now
            if self.waiting + more > bound:
                raise Backlogged(_RETRY_AFTER)
            self.waiting += more


_DOOR = Door()
_BACKLOG = _Backlog()
