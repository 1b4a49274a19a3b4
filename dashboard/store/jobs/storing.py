"""Jobs as the embedded farm keeps them: found by their relatives, stored in bulk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from dashboard.store.database import sql
from dashboard.store.jobs import items
from dashboard.store.rows.job_ids import keep, key_of
from dashboard.store.rows.jobs import COLUMNS, SAVE, known_jobs_of, row_of
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.jobs.ids import JobId

_ATTACHED = f"""
    SELECT {COLUMNS} FROM dashboard_jobrecord
    WHERE NOT removed AND binding_id IS NOT NULL AND last_event >= %s AND {{column}} IN ({{places}})
"""  # noqa: S608 (constants)
_COUNT = """
    SELECT COUNT(*) FROM dashboard_jobrecord
    WHERE NOT removed AND binding_id IS NOT NULL AND last_event >= %s AND id <> %s
    AND {column} IN ({places})
"""
#: The bindings that attached jobs are bound to; takes a moment.
IN_USE = """
    dashboard_binding AS binding WHERE EXISTS (
        SELECT 1 FROM dashboard_jobrecord AS job
        WHERE job.binding_id = binding.id AND job.last_event >= %s
    )
"""
_BINDINGS = f"SELECT id FROM {IN_USE}"  # noqa: S608 (constants)


def attached(
    column: str, values: Collection[JobId], since: float, newest: int | None = None
) -> list[KnownJob]:
    """Give the attached jobs with one of these values in a column; the `newest` of them.

    Attached: known, bound, not removed, with an event since that moment (Unix seconds).
    """
    moment, found = sql.moment(since), []
    for chunk in sql.chunks(map(key_of, values)):
        statement = _ATTACHED.format(column=column, places=sql.places(chunk))
        if newest is not None:
            statement += f" ORDER BY since DESC, id DESC LIMIT {newest:d}"
        found += sql.rows(statement, [moment, *chunk])
    return known_jobs_of(found)


def count_attached(
    column: str, values: Collection[JobId], since: float, other_than: JobId
) -> int:
    """Count the attached jobs with one of these values in a column, but for one job."""
    moment = sql.moment(since)
    return sum(
        int(
            sql.value(
                _COUNT.format(column=column, places=sql.places(chunk)),
                [moment, key_of(other_than), *chunk],
            )
        )
        for chunk in sql.chunks(map(key_of, values))
    )


def bindings_in_use(since: float) -> list[int]:
    """Give the ids of the bindings that jobs with an event since then are bound to."""
    return sql.column(_BINDINGS, [sql.moment(since)])


def save(
    known: Sequence[KnownJob],
    stored: Mapping[JobId, KnownJob],
    records: Iterable[AcceptedEvent],
    now: float,
    moved: Collection[int] = (),
) -> None:
    """Store jobs, and what the records make of their items and instances.

    Takes those of them that are stored already. A job that begins anew loses its old items.
    `moved`: see items.save.
    """
    afresh, new = [], set()
    for each in known:
        before = stored.get(each.job.id)
        if before is not None and each.since > before.since:
            afresh.append(each.job.id)
        elif before is None:
            new.add(each.job.id)
    items.forget(afresh)
    at = sql.moment(now)
    keep(one for each in known for one in (each.job.id, each.job.pid, each.job.pgrp))
    sql.each(SAVE, [(*row_of(each), at, at) for each in known])
    since = {each.job.id: each.since for each in known}
    items.save(records, since, new.union(afresh), moved)
