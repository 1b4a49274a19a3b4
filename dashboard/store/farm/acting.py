"""Stores what a verb does as records; the planner carries them out on the jobs.

1. The jobs are read as they are, without delaying anybody, and it is decided what the verb
   does to them.
2. In a write transaction: was anything accepted meanwhile that the decision depends on? Then
   decide again. If not, store the records.
3. If there is more than one portion, the next one follows in a transaction of its own.

So senders of events wait for the storing of one portion at most, however much a verb does and
however long the decision takes. On PostgreSQL, where an event may be accepted at the very moment
of step 2, the planner applies both in their order.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection

from dashboard.machine.waking import EVENTS, wake
from dashboard.store.database import sql
from dashboard.store.database.locks import Key
from dashboard.store.database.transactions import PATIENCE, reading, writing
from dashboard.store.intake.acceptance import Origin, rows_of
from dashboard.store.jobs.folding import View, view
from dashboard.store.jobs.reading import events_by_sequence
from dashboard.store.rows.events import NewEvent, store
from dashboard.store.rows.job_ids import key_of
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.errors import PartlyApplied, QubecbError, StoreBusy
from qubecb.events import new_event_id
from qubecb.jobs.applying import Deed, apply_all, check_targets
from qubecb.jobs.ids import JobId
from qubecb.jobs.targets import JOB, parse_target
from qubecb.runner.farm.consequences import event_of

#: Records that one transaction stores.
PORTION = 500
#: How often a decision is made again before the database counts as busy.
TRIES = 20
_NEWEST = "SELECT MAX(sequence) FROM dashboard_eventrecord"
_SINCE = "SELECT sequence, job_id FROM dashboard_eventrecord WHERE sequence > %s"


def carry_out(
    origin: Origin, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
) -> list[str | int]:
    """Decide what a verb does to these targets, and store it; gives what it affected.

    Raises BadTarget, UnknownVerb, FarmError and StoreError, and then nothing was stored, or
    PartlyApplied, which says how much.
    """
    act = _Acting(origin, verb, arguments)
    with _turn():
        try:
            act.carry_out([str(target) for target in check_targets(verb, targets)])
        except (QubecbError, DatabaseError) as error:
            if not act.affected:
                raise
            raise PartlyApplied(verb, tuple(act.affected), error) from error
        finally:
            if act.affected:
                wake(EVENTS)
    return list(act.affected)


class _Acting:
    """One call of a verb on its way."""

    def __init__(self, origin: Origin, verb: str, arguments: Mapping[str, Any]) -> None:
        self._origin = origin
        self._verb = verb
        self._arguments = arguments
        #: What is affected and stored so far, in order.
        self.affected: dict[str | int, None] = {}

    def carry_out(self, targets: Sequence[str]) -> None:
        """Decide and store, until no target is left."""
        for _ in range(TRIES):
            seen = view({parse_target(target).job for target in targets})
            applied = apply_all(seen.there, self._verb, targets, self._arguments)
            left = self._store(list(applied.deeds), seen)
            if not left:
                return
            targets = [target for deed in left for target in deed.act.targets]
        raise StoreBusy

    def _store(self, deeds: list[Deed], seen: View) -> list[Deed]:
        """Store what still holds; gives the rest, which must be decided again."""
        newest = seen.newest
        while deeds:
            portion, began = deeds[:PORTION], time.monotonic()
            rows = self._rows([deed for deed in portion if not deed.idle])
            with writing():
                if _is_disturbed(portion, seen, newest):
                    return deeds
                store(rows)
                newest = sql.value(_NEWEST) or newest
            self.affected |= {each: None for deed in portion for each in deed.affected}
            deeds = deeds[PORTION:]
            if deeds:  # give others as long a turn as we had
                time.sleep(time.monotonic() - began)
        return []

    def _rows(self, deeds: Sequence[Deed]) -> list[NewEvent]:
        """Records of deeds. Their ids begin alike, so that they are together in the index."""
        now, identity = time.time(), new_event_id()
        events = [
            event_of(deed, f"{identity}-{number}", now)
            for number, deed in enumerate(deeds)
        ]
        return rows_of(events, self._origin, now, [deed.act for deed in deeds])


def _is_disturbed(deeds: Sequence[Deed], seen: View, newest: int) -> bool:
    """Whether something was accepted since then that the decision may depend on."""
    by_job: dict[JobId, set[tuple[str, str]]] = {}
    for deed in deeds:
        parts = by_job.setdefault(deed.job, set())
        parts.update((deed.act.on, key) for key in _keys(deed))
    keys = {*map(key_of, by_job)}
    since = [event for event, job in sql.rows(_SINCE, [newest]) if job in keys]
    return any(
        _disturbs(record, by_job[record.event.job.id], seen)
        for record in events_by_sequence(since).values()
    )


def _keys(deed: Deed) -> Iterator[str]:
    for text in deed.act.targets:
        target = parse_target(text)
        yield target.item or str(target.instance)


def _disturbs(record: AcceptedEvent, parts: set[tuple[str, str]], seen: View) -> bool:
    """Whether a record may change the status of a job, or of one of these parts of it."""
    event = record.event
    if record.act is not None or event.type == JOB:
        return True
    status = seen.jobs[event.job.id].record.job.status
    if event.job.status not in ("", status):
        return True
    brings = "agenda" in event.job.fields or "subjobs" in event.job.fields
    about_parts = any(kind != JOB for kind, _ in parts)
    return (about_parts and brings) or (event.type, event.extra) in parts


@contextmanager
def _turn() -> Iterator[None]:
    """Let one verb act at a time, if the gate of write transactions does not ensure that.

    The lock belongs to the session, so that reading needs no write transaction.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with reading():
        sql.execute(f"SET lock_timeout = {int(PATIENCE * 1000)}")
        try:
            sql.rows("SELECT pg_advisory_lock(%s)", [Key.ACTING])
        finally:
            sql.execute("SET lock_timeout = 0")
    try:
        yield
    finally:
        with reading():
            sql.rows("SELECT pg_advisory_unlock(%s)", [Key.ACTING])
