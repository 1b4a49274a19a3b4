"""Jobs as they are after everything that is accepted, planned or not.

The stored row is the planner's. What is accepted and not planned yet is done to it here for
whoever reads, by the planner's own code (qubecb.dispatch.lives), and nothing is written.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dashboard.store import items, sql
from dashboard.store.reading import jobs_by_id, told_after, waiting_of
from dashboard.store.transactions import snapshot
from qubecb.dispatch.lives import fold, record_of
from qubecb.dispatch.ports import KnownJob
from qubecb.jobs.record import JobRecord

_NEWEST = "SELECT MAX(sequence) FROM dashboard_eventrecord"


@dataclass(frozen=True, slots=True)
class Folded:
    """One job."""

    record: JobRecord
    #: It is gone, or will be once its removal is planned.
    removed: bool
    #: Its removal is planned already.
    was_removed: bool


@dataclass(frozen=True, slots=True)
class View:
    """Jobs at one moment, by id."""

    jobs: dict[int, Folded]
    #: The highest sequence that was accepted then.
    newest: int

    @property
    def there(self) -> dict[int, JobRecord]:
        """Those that are not removed."""
        return {
            job: folded.record
            for job, folded in self.jobs.items()
            if not folded.removed
        }


def view(ids: Collection[int]) -> View:
    """Read these jobs as they are now; one that nobody has told of is left out."""
    with snapshot():
        newest = sql.value(_NEWEST) or 0
        stored = jobs_by_id(ids)
        waiting = waiting_of(ids)
        known = stored.keys() | waiting.keys()
        parts = items.of_jobs(known)
        again = [each for some in waiting.values() for each in some if each.again]
        later = {each.sequence: told_after(each) for each in again}
    found = {}
    for job in sorted(known):
        before = stored.get(job)
        after = fold(before, parts[job], waiting.get(job, ()), later)
        if after is not None:
            record = record_of(after, parts[job])
            found[job] = Folded(record, after.removed, _is_removed(before))
    return View(found, newest)


def _is_removed(known: KnownJob | None) -> bool:
    return known is not None and known.removed
