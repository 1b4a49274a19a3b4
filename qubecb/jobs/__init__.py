"""Jobs as values: their fields, what an event makes of them, what a verb makes of them."""

from __future__ import annotations

from qubecb.jobs.acts import Act
from qubecb.jobs.after import after_event, item_after_event, record_after_event
from qubecb.jobs.applying import Applied, Caused, Change, Deed, apply, apply_all
from qubecb.jobs.ids import JobId
from qubecb.jobs.job import Job
from qubecb.jobs.parts import ItemChange
from qubecb.jobs.record import Instance, Item, JobRecord

__all__ = [
    "Act",
    "Applied",
    "Caused",
    "Change",
    "Deed",
    "Instance",
    "Item",
    "ItemChange",
    "Job",
    "JobId",
    "JobRecord",
    "after_event",
    "apply",
    "apply_all",
    "item_after_event",
    "record_after_event",
]
