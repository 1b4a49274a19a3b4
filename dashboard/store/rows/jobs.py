"""Rows of jobs: which columns there are, and a known job to and from its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from dashboard.store.database import sql
from dashboard.store.rows.job_ids import ids_of, key_of
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.jobs import Job
from qubecb.jobs.ids import JobId
from qubecb.jobs.job import plain
from qubecb.jobs.record import without_parts


class JobRow(NamedTuple):
    """A job, value by value as the database takes and gives it: ids see job_ids."""

    id: int
    name: str
    pid: int
    pgrp: int
    label: str
    status: str
    user: str
    fields: Any
    binding_id: int | None
    since: int
    removed: bool


COLUMNS = sql.names(JobRow._fields)
#: The same of a table that a query calls `job`.
COLUMNS_OF_JOB = sql.names(JobRow._fields, "job")
#: Takes a row, and twice the moment at which it is stored.
SAVE = sql.insert(
    "dashboard_jobrecord",
    (*JobRow._fields, "first_seen", "last_event"),
    "ON CONFLICT (id) DO UPDATE SET first_seen = CASE"
    " WHEN excluded.since > dashboard_jobrecord.since THEN excluded.first_seen"
    " ELSE dashboard_jobrecord.first_seen END, "
    + ", ".join(
        f'"{column}" = excluded."{column}"'
        for column in (*JobRow._fields, "last_event")
        if column != "id"
    ),
)
#: The longest texts of a job in columns of their own, which are indexed too.
_LONGEST = {"name": 1000, "label": 500, "status": 100, "user": 200}


def known_jobs_of(found: Iterable[Sequence[Any]]) -> list[KnownJob]:
    """Make known jobs of rows of COLUMNS."""
    rows = [*map(JobRow._make, found)]
    ids = ids_of(key for row in rows for key in (row.id, row.pid, row.pgrp))
    return [_known_job_of(row, ids) for row in rows]


def _known_job_of(row: JobRow, ids: Mapping[int, JobId]) -> KnownJob:
    fields = MappingProxyType(sql.load(row.fields))
    own, pid, pgrp = ids[row.id], ids[row.pid], ids[row.pgrp]
    job = Job(own, row.name, pid, pgrp, row.label, row.status, row.user, fields)
    return KnownJob(job, row.binding_id, row.since, row.removed)


def row_of(known: KnownJob) -> JobRow:
    """Make the row of a known job, without its items, which have rows of their own.

    Texts are cut to what their columns hold.
    """
    job = without_parts(known.job)
    return JobRow(
        id=key_of(job.id),
        name=job.name[: _LONGEST["name"]],
        pid=key_of(job.pid),
        pgrp=key_of(job.pgrp),
        label=job.label[: _LONGEST["label"]],
        status=job.status[: _LONGEST["status"]],
        user=job.user[: _LONGEST["user"]],
        fields=sql.dump(plain(job.fields)),
        binding_id=known.binding,
        since=known.since,
        removed=known.removed,
    )
