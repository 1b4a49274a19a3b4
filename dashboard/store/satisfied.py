"""Which event satisfied which event spec of an `&&` trigger, kept with the run that it led to.

By the id of the event and with its time of acceptance, so that it outlives both the job's
memory and the event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.store import sql
from qubecb.dispatch.ports import PlannedRun, Satisfied

_EVENTS = """
    SELECT sequence, event_id, accepted_at FROM dashboard_eventrecord
    WHERE sequence IN ({places})
"""
#: The id of an event and when it was accepted, by sequence.
Events = Mapping[int, tuple[str, float]]


def events_behind(runs: Iterable[PlannedRun]) -> Events:
    """Read the events that satisfied something; nothing where no run is of `&&`."""
    wanted = {
        each.sequence
        for run in runs
        for each in run.satisfied_by
        if each.sequence is not None
    }
    found = sql.rows_in(_EVENTS, sorted(wanted))
    return {sequence: (event, sql.unix(at)) for sequence, event, at in found}


def written(satisfied: Iterable[Satisfied], events: Events) -> str:
    """Write it for the column of the run."""
    return sql.dump([_told(each, events) for each in satisfied])


def _told(satisfied: Satisfied, events: Events) -> dict[str, Any]:
    event, at = events.get(satisfied.sequence or 0, (None, None))
    spec, sequence = satisfied
    return {"spec": spec, "sequence": sequence, "event": event, "at": at}
