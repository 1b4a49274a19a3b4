"""Which event satisfied which event spec of an `&&` trigger, stored with the run that it led to.

It has the event's id and time of acceptance, so that it is kept longer than both the job's
memory and the event.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.store.database import sql
from dashboard.store.rows.events import EventRow
from qubecb.dispatch.ports.runs import PlannedRun, Satisfied

_EVENTS = """
    SELECT sequence, event_id, accepted_at FROM dashboard_eventrecord
    WHERE sequence IN ({places})
"""
#: The id of an event and when it was accepted, as the database gives it, by sequence.
Events = Mapping[int, tuple[str, Any]]
_text = json.JSONEncoder().encode


def events_behind(
    runs: Iterable[PlannedRun], at_hand: Mapping[int, EventRow]
) -> Events:
    """Give the events that satisfied something; reads those whose rows are not at hand."""
    wanted = {
        each.sequence
        for run in runs
        for each in run.satisfied_by
        if each.sequence is not None
    }
    behind = {
        each: (at_hand[each].event_id, at_hand[each].accepted_at)
        for each in wanted & at_hand.keys()
    }
    found = sql.rows_in(_EVENTS, wanted - behind.keys())
    return {**behind, **{sequence: (event, at) for sequence, event, at in found}}


def written(satisfied: Iterable[Satisfied], events: Events) -> str:
    """Write it for the run's column: a list of lists, as JSON."""
    return f"[{','.join(_told(*each, events) for each in satisfied)}]"


def _told(spec: str, sequence: int | None, events: Events) -> str:
    """One of them; put together here, which takes half the time of encoding the whole."""
    number = "null" if sequence is None else sequence
    found = events.get(sequence or 0)
    if found is None:
        return f"[{_text(spec)},{number},null,null]"
    event, at = found
    return f"[{_text(spec)},{number},{_text(event)},{_text(str(at))}]"
