"""What is known about an event that has not happened: the jobs, the memory, the pauses.

Reads what the dispatcher would read, and judges with qubecb.dispatch.matching, which gives
the dispatcher's answers with a reason for each. Whom else an event concerns is found by the
dispatcher's own code: dashboard.store.ahead.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, overload

from django.conf import settings

from dashboard.models.configuration import meaning_of
from dashboard.store import bindings, jobs, memory, pauses
from dashboard.store.ahead import Ahead, others
from dashboard.store.observing import look
from dashboard.store.planning import attached_since
from dashboard.store.reading import jobs_by_id, last_before
from dashboard.store.site import directories, qb_conf
from qubecb.conffile.catalog import Directory, load_directory
from qubecb.conffile.meaning import EffectiveMapping
from qubecb.dispatch.batch import BindingMode
from qubecb.dispatch.matching import Match, Situation, match_binding, match_directory
from qubecb.dispatch.ports import Binding, BoundDirectory, KnownJob
from qubecb.dispatch.suppression import Suppression
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.jobs.after import is_submission

#: `bound`: what a live event would use; `saved`: what is on disk now.
Source = Literal["bound", "saved"]
#: Jobs besides the event's own that are looked at, for each reason to do so.
MOST_OTHERS = 200
#: The id of what is on disk, where that counts for every job; no store has it.
_ON_DISK = -1


@dataclass(frozen=True, slots=True)
class Edit:
    """A callbacks.conf that is not saved, and the directory it is for."""

    directory: Path
    config: bytes


@dataclass(frozen=True, slots=True)
class JobMatch:
    """The verdict of one mapping for one attached job."""

    job: Job
    match: Match
    #: The revision that the mapping comes from; None for an edit.
    revision: int | None = None

    @property
    def triggered(self) -> bool:
        """Whether the trigger is true, paused or disabled or not."""
        return self.match.fires or bool(self.match.suppressed)


class Verdicts(Sequence[JobMatch]):
    """Verdicts, and how many jobs that the event may concern were not looked at."""

    def __init__(self, matches: Iterable[JobMatch], left_out: int = 0) -> None:
        self._matches = tuple(matches)
        self.left_out = left_out

    @overload
    def __getitem__(self, place: int) -> JobMatch: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[JobMatch]: ...

    def __getitem__(self, place: int | slice) -> JobMatch | Sequence[JobMatch]:
        return self._matches[place]

    def __len__(self) -> int:
        return len(self._matches)


class Judge:
    """Judges events by the configuration of one moment, which is read once."""

    def __init__(self, source: Source = "bound") -> None:
        live = settings.ENVIRONMENT.get("QUBECB_BINDING") == "live"
        self._by_binding = source == "bound" and not live
        self._suppression = Suppression(pauses.in_force(), qb_conf(), time.time())

    def matches(
        self, event: Event, attached: Job | None = None, edit: Edit | None = None
    ) -> list[JobMatch]:
        """Judge every mapping for one event and one attached job, as if it happened now.

        Takes the job whose callbacks are asked about; None: the event's own. With `edit`,
        only the mappings of the unsaved text are judged.
        """
        asker = attached or event.job
        known = jobs_by_id({event.job.id, asker.id})
        before = known.get(asker.id)
        if attached is None and before is not None:
            asker = before.job
        situation = _situation(event, asker, known)
        seen = situation.asker or asker
        if edit is not None:
            directory = load_directory(edit.directory, edit.config)
            found = match_directory(directory, situation, self._suppression)
            return [JobMatch(seen, match) for match in found]
        begins = is_beginning(event, asker, before)
        binding = None if begins or before is None else before.binding
        return self._judged(binding, seen, situation)

    def matches_of_others(self, event: Event) -> Verdicts:
        """Give what fires for attached jobs other than the event's own.

        Looked at are its children, its process group, and every job with a trigger that
        names the event's job by its id; of each the newest 200.
        """
        force = self._in_force if self._by_binding else _ON_DISK
        saved = Binding(force, tuple(_bound(each) for each in self._saved))
        ahead = Ahead(event, saved, MOST_OTHERS)
        mode: BindingMode = "submission" if self._by_binding else "live"
        found = [
            JobMatch(each.job, each.match, each.revision)
            for each in others(ahead, mode, self._suppression)
        ]
        return Verdicts(found, ahead.left_out)

    def _judged(
        self, binding: int | None, seen: Job, situation: Situation
    ) -> list[JobMatch]:
        if self._by_binding and binding not in (None, self._in_force):
            return self._judged_as_bound(int(binding or 0), seen, situation)
        return [
            JobMatch(seen, match, revision)
            for directory, previous, revision in self._saved
            for match in match_directory(
                directory, situation, self._suppression, previous
            )
        ]

    def _judged_as_bound(
        self, binding: int, seen: Job, situation: Situation
    ) -> list[JobMatch]:
        bound = bindings.binding(binding)
        revisions = {each.directory: each.revision for each in bound.directories}
        found = match_binding(bound, situation, self._suppression)
        return [JobMatch(seen, match, revisions[match.directory]) for match in found]

    @cached_property
    def _in_force(self) -> int:
        return bindings.in_force().binding

    @cached_property
    def _saved(self) -> list[tuple[Directory, list[EffectiveMapping], int | None]]:
        """What is on disk, and what counted before for lines that are broken now."""
        return [_saved(path) for path in directories()]


def is_beginning(event: Event, asker: Job, before: KnownJob | None) -> bool:
    """Whether the job begins with this event: it is new, or submitted again."""
    return before is None or (is_submission(event) and event.job.id == asker.id)


def bound_revisions(job: int) -> tuple[int, ...]:
    """Give the revisions that a stored job's callbacks come from; none if those in force."""
    known = jobs_by_id({job}).get(job)
    binding = known.binding if known else None
    if binding is None or binding == bindings.in_force().binding:
        return ()
    return tuple(each.revision for each in bindings.binding(binding).directories)


def _situation(event: Event, asker: Job, known: dict[int, KnownJob]) -> Situation:
    before = known.get(asker.id)
    related = _related(asker, known)
    if before is None or is_beginning(event, asker, before):
        return Situation(event, asker, related)
    subject = known.get(event.job.id)
    return Situation(
        event,
        asker,
        related,
        previous=_previous(event, subject.since if subject else 0),
        progress=memory.progress([asker.id]),
        removed=before.removed,
    )


def _related(asker: Job, known: dict[int, KnownJob]) -> Sequence[Job]:
    group = jobs.attached("pgrp", {asker.pgrp}, attached_since(), newest=MOST_OTHERS)
    parent = jobs_by_id({asker.parent} if asker.parent else ())
    found = {each.job.id: each.job for each in (*group, *parent.values())}
    found |= {key: each.job for key, each in known.items() if key != asker.id}
    return list(found.values())


def _previous(event: Event, since: int) -> str | None:
    found = last_before(event)
    return found.name if found and found.sequence >= since else None


def _bound(
    saved: tuple[Directory, list[EffectiveMapping], int | None],
) -> BoundDirectory:
    directory, previous, revision = saved
    return BoundDirectory(
        str(directory.path), revision or 0, directory.meaning(previous)
    )


def _saved(path: Path) -> tuple[Directory, list[EffectiveMapping], int | None]:
    seen = look(path)
    revision = seen.newest
    return seen.as_it_counts, meaning_of(revision), revision.pk if revision else None
