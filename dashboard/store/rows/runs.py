"""Rows of runs: which columns there are, what a new row has in each, how one is read.

A column that the model gets is added here and nowhere else in the store:

* to Cause, if a replay has the same value as the run that it replays;
* to Beginning, if the value depends on how the run is made: by planning, firing or replaying;
* if neither, to NOTHING_YET, and also to Ending if an outcome gives its value;
* to RunRow too, if the store reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from dashboard.models.keys import trigger_key
from dashboard.store.database import sql
from dashboard.store.rows.job_ids import ids_of, keep, key_of
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.jobs import Job
from qubecb.jobs.ids import JobId
from qubecb.runner.outcome import TAKES_OUTCOME, RunState

LONGEST_REASON = 500


class Cause(NamedTuple):
    """What a run is for: a replay has the same values."""

    directory: str
    file: str
    trigger: str
    trigger_key: str
    event: int
    event_spec: str
    job: JobId | None
    job_name: str
    user: str
    revision: int | None
    depth: int
    test: bool
    simulate: bool
    #: JSON of dashboard.store.rows.satisfied.
    satisfied_by: str | None = None


class Beginning(NamedTuple):
    """How a run begins: queued, or suppressed."""

    state: str
    reason: str
    pause: int | None
    queued_at: Any
    ended_at: Any
    open: bool
    replay_of: int | None = None
    chain: int | None = None
    job_then: str | None = None


#: The values of the other columns in a new run, in SQL.
NOTHING_YET = {
    "started_at": "NULL",
    "seconds": "NULL",
    "exit": "NULL",
    "worker": "''",
    "mode": "''",
    "grandchildren": "0",
    "cancel_reason": "''",
    "actions": "'[]'",
    "notes": "'[]'",
    "traceback": "NULL",
    "signature": "''",
    "last_line": "''",
    "script_sha256": "''",
    "settled": "''",
    "settled_by": "''",
    "settled_reason": "''",
    "settled_at": "NULL",
}


class Ending(NamedTuple):
    """The columns that an outcome sets."""

    state: str
    reason: str
    started_at: Any
    ended_at: Any
    seconds: float | None
    exit: int | None
    mode: str
    grandchildren: int
    actions: str
    notes: str
    traceback: str | None
    signature: str
    last_line: str
    script_sha256: str
    #: Stored as False if the run is a test.
    open: bool


class RunRow(NamedTuple):
    """What the store reads of a run, value by value as the database gives it, but for `job`."""

    id: int
    state: str
    directory: str
    file: str
    trigger: str
    event: int
    job: JobId | None
    revision: int | None
    depth: int
    test: bool
    simulate: bool
    chain: int | None
    ended_at: Any
    #: Of a waiting run: the job of a simulation.
    job_then: Any

    @property
    def root(self) -> int:
        """The first run of its chain of replays."""
        return self.chain or self.id


_Row = TypeVar("_Row", Cause, RunRow)
#: For queries and for RETURNING. The job of a run that has begun may be long, and is not needed.
COLUMNS = sql.names(RunRow._fields).replace(
    '"job_then"', "CASE WHEN state = 'queued' THEN job_then END"
)
WIDTH = len(RunRow._fields)
_INSERT = ("dashboard_run", (*Cause._fields, *Beginning._fields))
_STORE = sql.insert(*_INSERT, same=NOTHING_YET)
_STORE_ONE = sql.insert(*_INSERT, "RETURNING id", NOTHING_YET)
_BY_ID = f"SELECT {COLUMNS} FROM dashboard_run WHERE id IN ({{places}}) ORDER BY id"  # noqa: S608 (constants)
_CAUSES = f"""
    SELECT id, {sql.names(Cause._fields)} FROM dashboard_run WHERE id IN ({{places}})
"""  # noqa: S608 (constants)
_TAKE = tuple(state.value for state in TAKES_OUTCOME)
_END = f"""
    UPDATE dashboard_run
    SET {", ".join(f'"{column}" = %s' for column in Ending._fields)} AND NOT test
    WHERE id = %s AND state IN {_TAKE}
"""  # noqa: S608 (constants)


def cause_of(
    run: PlannedRun, accepted: AcceptedEvent, job: Job, satisfied_by: str | None = None
) -> Cause:
    """The cause of a run of this event; takes also the job whose name and user it shows."""
    return Cause(
        directory=run.key.directory,
        file=run.key.file,
        trigger=run.trigger,
        trigger_key=trigger_key(run.trigger),
        event=run.sequence,
        event_spec=accepted.event.spec,
        job=run.job or None,
        job_name=job.name[:1000],
        user=job.user[:200],
        revision=run.revision,
        depth=accepted.depth,
        test=accepted.test,
        simulate=False,
        satisfied_by=satisfied_by,
    )


def waiting(at: Any) -> Beginning:
    """How a run begins that will be run; takes the time as the database has it."""
    return Beginning(RunState.QUEUED.value, "", None, at, None, open=False)


def suppressed(at: Any, reason: str, pause: int | None, cause: Cause) -> Beginning:
    """How a suppressed run begins and ends: one that a pause or a disabled language keeps back."""
    return Beginning(
        state=RunState.SUPPRESSED.value,
        reason=reason[:LONGEST_REASON],
        pause=pause,
        queued_at=at,
        ended_at=at,
        open=RunState.SUPPRESSED.opens and not cause.test,
    )


def store(runs: Iterable[tuple[Cause, Beginning]]) -> None:
    """Store new runs. Call it in a write transaction."""
    sql.each(_STORE, [_stored(cause) + beginning for cause, beginning in runs])


def store_one(cause: Cause, beginning: Beginning) -> int:
    """Store a new run; gives its id. Call it in a write transaction."""
    return int(sql.value(_STORE_ONE, _stored(cause) + beginning))


def end(endings: Iterable[tuple[int, Ending]]) -> None:
    """Store the endings of runs, by id; those that are neither running nor lost stay as they are."""
    sql.each(_END, [(*ending, identity) for identity, ending in endings])


def causes(runs: Collection[int]) -> dict[int, Cause]:
    """Read the causes of stored runs, by id."""
    found = sql.rows_in(_CAUSES, runs)
    causes = {identity: Cause._make(cause) for identity, *cause in found}
    return dict(zip(causes, _with_ids(causes.values()), strict=True))


def read(statement: str, parameters: Sequence[Any] = ()) -> list[RunRow]:
    """Give the runs of a statement that gives rows of COLUMNS."""
    return _with_ids(map(RunRow._make, sql.rows(statement, parameters)))


def by_id(runs: Iterable[int]) -> list[RunRow]:
    """Read the stored runs among these."""
    return _with_ids(map(RunRow._make, sql.rows_in(_BY_ID, runs)))


def _stored(cause: Cause) -> Cause:
    """As the database takes it; an id that is text is stored as well."""
    if not isinstance(cause.job, str):
        return cause
    keep([cause.job])
    return cause._replace(job=key_of(cause.job))


def _with_ids(found: Iterable[_Row]) -> list[_Row]:
    """Rows as the database gives them, with the ids for which their numbers stand."""
    rows: list[Any] = [*found]
    texts = {row.job for row in rows if isinstance(row.job, int) and row.job < 0}
    if not texts:
        return rows
    ids = ids_of(texts)
    return [row._replace(job=ids.get(row.job, row.job)) for row in rows]
