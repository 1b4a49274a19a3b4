"""What came before a span and still counts in it: the jobs that it concerns, from their beginning.

What a job remembers, its parent and its binding are computed from its own records. A job that began
before the oldest stored record cannot be judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from dashboard.store.database import sql
from dashboard.store.rows.job_ids import ids_of, key_of
from dashboard.store.rows.jobs import COLUMNS, known_jobs_of
from qubecb.backtest.span import Hearing, Span
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.durations import DAY
from qubecb.jobs import JobId

_OLDEST = "SELECT MIN(sequence) FROM dashboard_eventrecord"
_CONCERNED = "SELECT id, since FROM dashboard_jobrecord WHERE last_event >= %s"
_FIRST = """
    SELECT MIN(sequence) FROM dashboard_eventrecord
    WHERE job_id IN ({places}) AND sequence <= %s
"""
_JOBS = f"SELECT {COLUMNS} FROM dashboard_jobrecord WHERE id IN ({{places}})"  # noqa: S608 (constants)
#: An event about a removed job does not move its last_event, so _CONCERNED does not find the job.
_ENDED = f"""
    SELECT {COLUMNS} FROM dashboard_jobrecord AS job WHERE removed AND last_event < %s
    AND EXISTS (
        SELECT 1 FROM dashboard_eventrecord AS event
        WHERE event.job_id = job.id AND event.sequence > %s AND event.sequence <= %s
    )
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class Lead:
    """The jobs that a span concerns, and where reading begins."""

    #: The sequence after which records are read.
    after: int
    #: The sequence of the record with which each job began; other jobs begin in the span.
    began: dict[JobId, int]
    #: Jobs that began before the kept history; they count as removed.
    unknown: dict[JobId, KnownJob] = field(default_factory=dict)
    #: Jobs that were removed before the span and have events in it.
    ended: dict[JobId, KnownJob] = field(default_factory=dict)
    #: Whether older records were pruned.
    pruned: bool = False

    def tells(self, job: JobId, sequence: int, submits: bool) -> bool:
        """Whether the first stored record of a job may be the one with which it began."""
        began = self.began.get(job)
        return not self.pruned or submits or began is None or began >= sequence


def lead_of(span: Span, hearing: Hearing, attached_days: float) -> Lead:
    """Find the jobs that a span concerns: they had an event in it, or were attached when it began."""
    before = attached_days * DAY if hearing.others else 0.0
    since = sql.moment(max(0.0, span.since - before))
    stored: dict[int, int] = dict(sql.rows(_CONCERNED, [since]))
    ids = ids_of(stored)
    began = {ids[key]: sequence for key, sequence in stored.items()}
    oldest = int(sql.value(_OLDEST) or 0)
    gone = [job for job, sequence in began.items() if sequence < oldest]
    found = known_jobs_of(sql.rows_in(_JOBS, map(key_of, gone)))
    ended = known_jobs_of(sql.rows(_ENDED, [since, span.after, span.last]))
    return Lead(
        _first(began, span) - 1,
        began,
        _removed(found),
        _removed(ended),
        pruned=oldest > 1,
    )


def _removed(found: Iterable[KnownJob]) -> dict[JobId, KnownJob]:
    """Jobs that nothing fires for, whatever they were bound to."""
    ended = (replace(each, removed=True, binding=None) for each in found)
    return {each.job.id: each for each in ended}


def _first(began: dict[JobId, int], span: Span) -> int:
    """The sequence of the first record that counts."""
    before = [since for since in began.values() if since <= span.after]
    again = [job for job, since in began.items() if since > span.after]
    for chunk in sql.chunks(map(key_of, again)):
        statement = _FIRST.format(places=sql.places(chunk))
        before.append(sql.value(statement, [*chunk, span.after]) or span.after + 1)
    return min([*before, span.after + 1])
