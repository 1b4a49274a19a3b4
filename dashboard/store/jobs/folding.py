"""Jobs as they are after all accepted records, planned or not.

The stored row belongs to the planner. Records that are not planned yet are applied to a copy for
the reader, by the planner's own code (qubecb.dispatch.lives), and nothing is written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dashboard.store.database import sql
from dashboard.store.database.transactions import glance, snapshot
from dashboard.store.jobs import items
from dashboard.store.jobs.asked import check_size
from dashboard.store.jobs.reading import at_rest, jobs_by_id, told_after, waiting_of
from qubecb.dispatch.lives import fold, record_of
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.jobs.ids import JobId, in_order
from qubecb.jobs.parts import Parts
from qubecb.jobs.record import JobRecord

_NEWEST = "SELECT MAX(sequence) FROM dashboard_eventrecord"


@dataclass(frozen=True, slots=True)
class Folded:
    """One job after its records, planned or not."""

    record: JobRecord
    #: It is removed, or will be once its removal is planned.
    removed: bool
    #: Its removal is planned already.
    was_removed: bool


@dataclass(frozen=True, slots=True)
class View:
    """Jobs at one moment, by id."""

    jobs: dict[JobId, Folded]
    #: The highest sequence that was accepted by then.
    newest: int

    @property
    def there(self) -> dict[JobId, JobRecord]:
        """The jobs that are not removed."""
        return {
            job: folded.record
            for job, folded in self.jobs.items()
            if not folded.removed
        }


def view(ids: Collection[JobId]) -> View:
    """Read these jobs as they are now; unknown ones are left out."""
    with snapshot():
        newest = sql.value(_NEWEST) or 0
        read = _read(ids)
    return View(read.folded(), newest)


def answer(ids: Collection[JobId]) -> dict[JobId, Folded]:
    """Read these jobs for a script; raises FarmError if they are too much for one answer.

    Most ask for one job, of which nothing but its row has to be read.
    """
    if len(ids) == 1 and (known := _at_rest(*ids)):
        record = record_of(known, Parts())
        return {known.job.id: Folded(record, known.removed, known.removed)}
    with snapshot():
        read = _read(ids, has_parts=check_size(ids) > 0)
    return read.folded()


def _at_rest(job: JobId) -> KnownJob | None:
    with glance():
        return at_rest(job)


@dataclass(frozen=True, slots=True)
class _Read:
    """What is stored about jobs at one moment, planned or not."""

    stored: Mapping[JobId, KnownJob]
    waiting: Mapping[JobId, Sequence[AcceptedEvent]]
    parts: Mapping[JobId, Parts]
    later: Mapping[int, Sequence[AcceptedEvent]]

    def folded(self) -> dict[JobId, Folded]:
        """The jobs after all of these records, in order of id."""
        found = {}
        for job, parts in sorted(self.parts.items(), key=_in_order):
            before = self.stored.get(job)
            after = fold(before, parts, self.waiting.get(job, ()), self.later)
            if after is not None:
                record = record_of(after, parts)
                found[job] = Folded(record, after.removed, _is_removed(before))
        return found


def _in_order(part: tuple[JobId, Parts]) -> tuple[int, str]:
    job, _ = part
    return in_order(job)


def _read(ids: Collection[JobId], *, has_parts: bool = True) -> _Read:
    """Call it in a snapshot."""
    stored, waiting = jobs_by_id(ids), waiting_of(ids)
    known = stored.keys() | waiting.keys()
    parts = items.of_jobs(known if has_parts else ())
    parts = {job: parts.get(job) or Parts() for job in known}
    again = [each for some in waiting.values() for each in some if each.again]
    return _Read(stored, waiting, parts, {e.sequence: told_after(e) for e in again})


def _is_removed(known: KnownJob | None) -> bool:
    return known is not None and known.removed
