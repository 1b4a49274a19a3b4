"""Jobs as values: their fields, what an event makes of them, what a verb makes of them."""

from __future__ import annotations

from qubecb.jobs.after import (
    ItemChange,
    after_event,
    item_after_event,
    record_after_event,
)
from qubecb.jobs.applying import Applied, Consequence, apply_all
from qubecb.jobs.job import Job
from qubecb.jobs.record import Instance, Item, JobRecord
from qubecb.jobs.verbs import Caused, Change, apply

__all__ = [
    "Applied",
    "Caused",
    "Change",
    "Consequence",
    "Instance",
    "Item",
    "ItemChange",
    "Job",
    "JobRecord",
    "after_event",
    "apply",
    "apply_all",
    "item_after_event",
    "record_after_event",
]
