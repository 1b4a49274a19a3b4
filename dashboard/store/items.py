"""Agenda items and instances of jobs, a row each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from dashboard.store import sql
from qubecb.dispatch.ports import AcceptedEvent
from qubecb.events import LONGEST_EXTRA
from qubecb.jobs.after import ItemChange, item_after_event
from qubecb.jobs.record import Instance, Item, JobRecord
from qubecb.jobs.targets import INSTANCE, ITEM

_COLUMNS = ("job_id", "kind", "name", "status", "fields")
_TOLD = "CASE WHEN excluded.status = '' THEN dashboard_jobitem.status ELSE excluded.status END"
_CONFLICT = f"ON CONFLICT (job_id, kind, name) DO UPDATE SET status = {_TOLD}"
#: For changes that say nothing but the status: what is known besides stays.
_SAVE_STATUS = sql.insert("dashboard_jobitem", _COLUMNS, _CONFLICT)
_SAVE = sql.insert(
    "dashboard_jobitem", _COLUMNS, f"{_CONFLICT}, fields = excluded.fields"
)
_OF_JOBS = """
    SELECT job_id, kind, name, status, fields FROM dashboard_jobitem
    WHERE job_id IN ({places}) ORDER BY id
"""
_FIELDS = """
    SELECT fields FROM dashboard_jobitem WHERE job_id = %s AND kind = %s AND name = %s
"""
_FORGET = "DELETE FROM dashboard_jobitem WHERE job_id IN ({places})"
_LONGEST_STATUS = 100

Key = tuple[int, str, str]


def of_jobs(
    ids: Collection[int],
) -> dict[int, tuple[tuple[Item, ...], tuple[Instance, ...]]]:
    """Give the items and instances of these jobs, in the order of their agenda."""
    found: dict[int, tuple[list[Item], list[Instance]]] = {}
    for job, kind, name, status, fields in sql.rows_in(_OF_JOBS, ids):
        agenda, instances = found.setdefault(job, ([], []))
        known = MappingProxyType(sql.load(fields))
        if kind == ITEM:
            agenda.append(Item(name, status, known))
        else:
            instances.append(Instance(int(name), status, known))
    return {job: (tuple(items), tuple(ones)) for job, (items, ones) in found.items()}


def save(
    records: Iterable[JobRecord],
    events: Sequence[AcceptedEvent],
    since: Mapping[int, int],
) -> None:
    """Store the items that jobs brought, then what the events make of items, in order.

    Takes from which sequence on an event counts for its job.
    """
    changes: dict[Key, ItemChange] = {}
    for record in records:
        for change in _brought(record):
            changes[record.job.id, change.type, change.key] = change
    for accepted in events:
        job = accepted.event.job.id
        told = item_after_event(accepted.event)
        if told is not None and accepted.sequence >= since.get(
            job, accepted.sequence + 1
        ):
            key = (job, told.type, told.key)
            changes[key] = _after(changes.get(key), told)
    _store(changes)


def replace(record: JobRecord) -> None:
    """Store all items and instances of a job as they are in the record."""
    _store({(record.job.id, each.type, each.key): each for each in _brought(record)})


def forget(jobs: Collection[int]) -> None:
    """Drop the items and instances of these jobs."""
    for chunk in sql.chunks(jobs):
        sql.execute(_FORGET.format(places=sql.places(chunk)), chunk)


def _brought(record: JobRecord) -> Iterator[ItemChange]:
    for item in record.items:
        yield ItemChange(ITEM, item.name, item.status or None, item.fields)
    for one in record.instances:
        yield ItemChange(INSTANCE, str(one.id), one.status or None, one.fields)


def _after(before: ItemChange | None, told: ItemChange) -> ItemChange:
    if before is None:
        return told
    fields = MappingProxyType({**before.fields, **told.fields})
    return ItemChange(told.type, told.key, told.status or before.status, fields)


def _store(changes: Mapping[Key, ItemChange]) -> None:
    plain = [
        (*_columns(key, change), "{}")
        for key, change in changes.items()
        if not change.fields
    ]
    sql.each(_SAVE_STATUS, plain)
    sql.each(
        _SAVE,
        [
            (*_columns(key, change), _merged(key, change))
            for key, change in changes.items()
            if change.fields
        ],
    )


def _columns(key: Key, change: ItemChange) -> tuple[int, str, str, str]:
    """All of a row but its fields, no text longer than its column."""
    job, kind, name = key
    return job, kind, _bounded(name), (change.status or "")[:_LONGEST_STATUS]


def _merged(key: Key, change: ItemChange) -> str:
    """The fields that are stored with those that are told over them."""
    job, kind, name = key
    stored = sql.value(_FIELDS, (job, kind, _bounded(name)))
    return sql.dump({**(sql.load(stored) if stored else {}), **change.fields})


def _bounded(name: str) -> str:
    """As much of a name as an event may have in it."""
    return name[:LONGEST_EXTRA]
