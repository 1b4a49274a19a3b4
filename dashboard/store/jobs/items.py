"""Agenda items and instances of jobs, one row each. They are written only when records are planned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from dashboard.store.database import sql
from dashboard.store.rows.job_ids import key_of
from qubecb.dispatch.lives import part_changes
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.events import LONGEST_EXTRA
from qubecb.jobs.ids import JobId
from qubecb.jobs.job import merged, plain
from qubecb.jobs.parts import ItemChange, Move, Parts
from qubecb.jobs.record import NOTHING, Instance, Item
from qubecb.jobs.statuses import Statuses
from qubecb.jobs.targets import ITEM

_COLUMNS = ("job_id", "kind", "name", "status", "fields")
#: A status or fields that the event does not give stay as they are.
_SAVE = sql.insert(
    "dashboard_jobitem",
    _COLUMNS,
    """
    ON CONFLICT (job_id, kind, name) DO UPDATE SET status = CASE
        WHEN excluded.status = '' THEN dashboard_jobitem.status
        ELSE excluded.status END,
    fields = CASE
        WHEN excluded.fields = '{}' THEN dashboard_jobitem.fields
        ELSE excluded.fields END
    """,
)
_OF_JOBS = """
    SELECT job_id, kind, name, status, fields FROM dashboard_jobitem
    WHERE job_id IN ({places}) ORDER BY id
"""
_FIELDS = """
    WITH wanted(job, kind, name) AS (VALUES {rows})
    SELECT item.job_id, item.kind, item.name, item.fields
    FROM wanted JOIN dashboard_jobitem AS item
    ON item.job_id = wanted.job AND item.kind = wanted.kind AND item.name = wanted.name
"""
_FORGET = "DELETE FROM dashboard_jobitem WHERE job_id IN ({places})"
_COUNT = """
    SELECT job_id, COUNT(*) FROM dashboard_jobitem WHERE job_id IN ({places})
    GROUP BY job_id
"""
_MOVE = """
    UPDATE dashboard_jobitem SET status = %s
    WHERE job_id = %s AND kind = %s AND {allowed} {which}
"""
#: The last name of a portion, by the order of the index.
_LAST = """
    SELECT name FROM dashboard_jobitem WHERE job_id = %s AND kind = %s AND name > %s
    ORDER BY name LIMIT 1 OFFSET %s
"""
#: Stored fields that hold nothing, as SQLite and PostgreSQL give them.
_NOTHING: tuple[object, ...] = ("{}", {})
_LONGEST_STATUS = 100
#: Items whose fields are read in one statement.
_READ = sql.MOST_PARAMETERS // 3

#: A job, and the kind and name of an item or instance of it.
Key = tuple[JobId, str, str]


def of_jobs(ids: Collection[JobId]) -> dict[JobId, Parts]:
    """Give the items and instances of these jobs, in the order of their agenda."""
    found: dict[int, tuple[list[Item], list[Instance]]] = {}
    keys = {job: key_of(job) for job in ids}
    for job, kind, name, status, fields in sql.rows_in(_OF_JOBS, keys.values()):
        agenda, instances = found.setdefault(job, ([], []))
        # most events give only the status of an item, and an agenda may be very long
        known = NOTHING if fields in _NOTHING else MappingProxyType(sql.load(fields))
        if kind == ITEM:
            agenda.append(Item(name, status, known))
        else:
            instances.append(Instance(int(name), status, known))
    return {job: Parts(*found.get(key, ((), ()))) for job, key in keys.items()}


def count(jobs: Collection[JobId]) -> dict[JobId, int]:
    """Give how many items and instances jobs have; jobs without any are left out."""
    ids = {key_of(job): job for job in jobs}
    return {ids[job]: found for job, found in sql.rows_in(_COUNT, ids)}


def save(
    records: Iterable[AcceptedEvent],
    since: Mapping[JobId, int],
    new: Collection[JobId],
    moved: Collection[int],
) -> None:
    """Store what records make of items and instances, in order.

    Takes the sequence from which on records count for each job; the jobs that have no stored
    items; and the acts, by sequence, that were carried out on all items before.
    """
    changes = _Changes(set(new))
    for accepted in records:
        job, sequence = accepted.event.job.id, accepted.sequence
        if sequence < since.get(job, sequence + 1):
            continue
        for change in part_changes(accepted):
            if isinstance(change, ItemChange):
                changes.add(job, change)
            elif sequence not in moved:
                changes.write()
                _move(job, change)
    changes.write()


def move_portion(job: JobId, move: Move, after: str, size: int) -> str | None:
    """Move the next `size` items of a job, as a part of a move of all its items.

    Takes the name after which to continue; gives the name where it stopped, or None at the end.
    """
    last: str | None = sql.value(_LAST, [key_of(job), move.type, after, size - 1])
    which, values = "AND name > %s", [after]
    if last is not None:
        which, values = f"{which} AND name <= %s", [after, last]
    statement, parameters = _statement(job, move, which)
    sql.execute(statement, [*parameters, *values])
    return last


def forget(jobs: Collection[JobId]) -> None:
    """Drop the items and instances of these jobs."""
    for chunk in sql.chunks(map(key_of, jobs)):
        sql.execute(_FORGET.format(places=sql.places(chunk)), chunk)


class _Changes:
    """Changes that are collected, so that many rows are written together.

    Takes the jobs that have no stored items, for which nothing must be read.
    """

    def __init__(self, new: set[JobId]) -> None:
        self._new = new
        self._changes: dict[Key, ItemChange] = {}

    def add(self, job: JobId, told: ItemChange) -> None:
        """Add a change after the earlier ones."""
        key = (job, told.type, told.key[:LONGEST_EXTRA])
        before = self._changes.get(key)
        if before is not None:
            fields = merged(before.fields, told.fields)
            status = told.status or before.status
            told = ItemChange(told.type, told.key, status, fields)
        self._changes[key] = told

    def write(self) -> None:
        """Store the collected changes."""
        changes, self._changes = self._changes, {}
        stored = self._stored(changes)
        sql.each(
            _SAVE,
            [
                (
                    *_stored(key),
                    (change.status or "")[:_LONGEST_STATUS],
                    _dumped(stored.get(key, NOTHING), change.fields),
                )
                for key, change in changes.items()
            ],
        )
        self._new -= {job for job, _, _ in changes}

    def _stored(self, changes: Mapping[Key, ItemChange]) -> dict[Key, dict[str, Any]]:
        """The stored fields of items whose fields change."""
        keys = [
            key
            for key, change in changes.items()
            if change.fields and key[0] not in self._new
        ]
        found: dict[Key, dict[str, Any]] = {}
        for start in range(0, len(keys), _READ):
            some = keys[start : start + _READ]
            statement = _FIELDS.format(rows=", ".join(["(%s, %s, %s)"] * len(some)))
            stored = {_stored(key): key for key in some}
            values = [value for key in stored for value in key]
            for job, kind, name, fields in sql.rows(statement, values):
                found[stored[job, kind, name]] = sql.load(fields)
        return found


def _stored(key: Key) -> tuple[int, str, str]:
    job, kind, name = key
    return key_of(job), kind, name


def _dumped(stored: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    return sql.dump({**stored, **plain(told)}) if told else "{}"


def _move(job: JobId, move: Move) -> None:
    if move.keys is None:
        sql.execute(*_statement(job, move))
        return
    statement, parameters = _statement(job, move, "AND name = %s")
    sql.each(statement, [(*parameters, key[:LONGEST_EXTRA]) for key in move.keys])


def _statement(job: JobId, move: Move, which: str = "") -> tuple[str, list[Any]]:
    """An update of some items of a job, of those in a status from which the move is allowed."""
    allowed, statuses = _allowed(move.allowed)
    statement = _MOVE.format(allowed=allowed, which=which)
    return statement, [move.becomes, key_of(job), move.type, *statuses]


def _allowed(allowed: Statuses) -> tuple[str, list[str]]:
    named = sorted(allowed.named)
    if not named:
        return ("TRUE" if allowed.others else "FALSE"), []
    return f"status {'NOT ' * allowed.others}IN ({sql.places(named)})", named
