"""Acts that change very many items, a portion a transaction, so that nobody waits for them.

What a verb does to each item is the same however often it is done, so the items of a job can
go ahead of the job itself: until its record is planned, whoever reads the job does the rest.
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
from qubecb.jobs.targets import JOB

#: Items that one transaction changes.
MOST = 5000


@dataclass(frozen=True, slots=True)
class _Place:
    """How far one act is."""

    sequence: int = 0
    #: Which of its moves, and after which name.
    move: int = 0
    after: str = ""
    done: bool = False


class Portions:
    """Sees to it that no planning transaction changes more items than MOST, or few more."""

    def __init__(self) -> None:
        self._place = _Place()

    @property
    def done(self) -> Collection[int]:
        """The act, by its sequence, whose items are all changed."""
        return {self._place.sequence} if self._place.done else ()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Go back to where it was when the transaction inside fails."""
        before = self._place
        try:
            yield
        except BaseException:
            self._place = before
            raise

    def ready(self, events: Sequence[AcceptedEvent]) -> Sequence[AcceptedEvent]:
        """Give the first events that change few items together.

        When the very first changes more, a portion of that is done instead, and none given.
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

    def _go_on(self, accepted: AcceptedEvent, job: int) -> None:
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
    """Whether it changes all items of a job, as far as these are in a status for it."""
    return act is not None and act.on == JOB and act.row.becomes is not None


def _told(accepted: AcceptedEvent) -> int:
    """How many items a record changes itself."""
    if accepted.act is not None:
        return len(accepted.act.targets)
    told = (accepted.event.job.fields.get(name) for name in ("agenda", "subjobs"))
    return sum(len(each) for each in told if isinstance(each, list))
