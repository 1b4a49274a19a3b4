"""Rows of jobs: which columns there are, and a known job to and from its row."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, NamedTuple

from dashboard.store.database import sql
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.jobs import Job
from qubecb.jobs.job import plain
from qubecb.jobs.record import without_parts


class JobRow(NamedTuple):
    """A job, value by value as the database takes and gives it."""

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


def known_job_of(row: JobRow) -> KnownJob:
    """Make a known job of its row."""
    fields = MappingProxyType(sql.load(row.fields))
    job = Job(
        *(row.id, row.name, row.pid, row.pgrp, row.label, row.status, row.user),
        fields,
    )
    return KnownJob(job, row.binding_id, row.since, row.removed)


def row_of(known: KnownJob) -> JobRow:
    """Make the row of a known job, without its items, which have rows of their own.

    Texts are cut to what their columns hold.
    """
    job = without_parts(known.job)
    return JobRow(
        id=job.id,
        name=job.name[: _LONGEST["name"]],
        pid=job.pid,
        pgrp=job.pgrp,
        label=job.label[: _LONGEST["label"]],
        status=job.status[: _LONGEST["status"]],
        user=job.user[: _LONGEST["user"]],
        fields=sql.dump(plain(job.fields)),
        binding_id=known.binding,
        since=known.since,
        removed=known.removed,
    )
