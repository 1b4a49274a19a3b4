"""Acts that change very many items, one portion in each transaction, so that nobody waits for them.

Applying a verb to an item twice does no harm, so the items of a job can be changed before the job
itself: until the record is planned, readers of the job apply the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from dashboard.store.jobs import items
from dashboard.store.jobs.reading import jobs_by_id
from qubecb.dispatch.lives import follow
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.jobs.acts import Act, moves
from qubecb.jobs.ids import JobId
from qubecb.jobs.targets import JOB

#: Items that one transaction changes.
MOST = 5000


@dataclass(frozen=True, slots=True)
class _Place:
    """How far one act has come."""

    sequence: int = 0
    #: Which of its moves it is at, and after which name.
    move: int = 0
    after: str = ""
    done: bool = False


class Portions:
    """Makes sure that no planning transaction changes many more items than MOST."""

    def __init__(self) -> None:
        self._place = _Place()

    @property
    def done(self) -> Collection[int]:
        """The act, by its sequence, whose items are all changed."""
        return {self._place.sequence} if self._place.done else ()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Go back to the old place if the transaction inside fails."""
        before = self._place
        try:
            yield
        except BaseException:
            self._place = before
            raise

    def ready(self, events: Sequence[AcceptedEvent]) -> Sequence[AcceptedEvent]:
        """Give the first events that together change few items.

        If the very first one changes more, a portion of it is carried out, and none is given.
        """
        jobs = {each.event.job.id for each in events if _is_whole(each.act)}
        counts = items.count(jobs) if jobs else {}
        total = 0
        for place, each in enumerate(events):
            job = each.event.job.id
            total += counts.get(job, 0) if _is_whole(each.act) else _told(each)
            if total > MOST:
                return events[:place] or self._first(events[:1])
        return events

    def _first(self, events: Sequence[AcceptedEvent]) -> Sequence[AcceptedEvent]:
        [accepted] = events
        if not _is_whole(accepted.act) or accepted.again:
            return events
        if accepted.sequence in self.done:
            return events
        job = accepted.event.job.id
        [step] = follow(events, jobs_by_id({job}), lambda _: 0)
        if step.vain or not step.is_kept:
            return events
        self._go_on(accepted, job)
        return ()

    def _go_on(self, accepted: AcceptedEvent, job: JobId) -> None:
        place = self._place
        if place.sequence != accepted.sequence:
            place = _Place(accepted.sequence)
        every = list(moves(accepted.act)) if accepted.act else []
        after = items.move_portion(job, every[place.move], place.after, MOST)
        if after is not None:
            self._place = replace(place, after=after)
            return
        following = place.move + 1
        done = following == len(every)
        self._place = replace(place, move=following, after="", done=done)


def _is_whole(act: Act | None) -> bool:
    """Whether it changes all items of a job that are in a status for it."""
    return act is not None and act.on == JOB and act.row.becomes is not None


def _told(accepted: AcceptedEvent) -> int:
    """How many items a record changes itself."""
    if accepted.act is not None:
        return len(accepted.act.targets)
    told = (accepted.event.job.fields.get(name) for name in ("agenda", "subjobs"))
    return sum(len(each) for each in told if isinstance(each, list))
