"""Accepts events from spool files, many files in one transaction.

An event without an id takes the name of its file as its id. Names may repeat: if an event with
another content has that id already, the new one gets an id made of name and digest. Both ids are
the same each time the file is read, so a kill between the commit and the removal of the file
repeats nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from dashboard.store.intake.acceptance import Origin, rows_of, take_in
from dashboard.store.rows import events as event_rows
from dashboard.store.rows.events import COLUMNS, event_of, store
from qubecb.dispatch.spool_file import SpoolEvent
from qubecb.events import Event

_KNOWN = f"SELECT {COLUMNS} FROM dashboard_eventrecord WHERE event_id IN ({{places}})"  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file of the spool, and its events."""

    name: str
    events: Sequence[SpoolEvent]


def accept_files(files: Sequence[Taken]) -> None:
    """Store the events of files, all or none, durably, and wake the dispatcher.

    Raises as `acceptance.accept`.
    """
    count = sum(len(file.events) for file in files)
    take_in(partial(_store, files), count)


def _store(files: Sequence[Taken]) -> int:
    """Store what is new; gives how many. Call it in a transaction, so that known ids stay known."""
    unnamed = {
        each.event.id for file in files for each in file.events if not each.has_id
    }
    stored = event_rows.read_in(_KNOWN, unnamed)
    known = {row.event_id: event_of(row).event for row in stored}
    now, rows = time.time(), []
    for file in files:
        events = [_with_its_id(each, known) for each in file.events]
        rows += rows_of(events, Origin("spool", file.name[:150]), now)
    return store(rows)


def _with_its_id(each: SpoolEvent, known: dict[str, Event]) -> Event:
    """The event with its final id, which is added to `known`."""
    if each.has_id:
        return each.event
    before = known.setdefault(each.event.id, each.event)
    return each.event if each.is_content_of(before) else each.under_another_id()
