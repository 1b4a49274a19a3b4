"""Judges an event that has not happened: which callbacks would it fire, and why not the others?

Reads what the dispatcher would read (ahead) by the dispatcher's own reading, and asks its
judgement who is concerned; qubecb.why.matching then says why.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, overload

from django.conf import settings

from dashboard.models.configuration import meaning_of
from dashboard.store.configuration import bindings
from dashboard.store.configuration.observing import look
from dashboard.store.configuration.site import directories, qb_conf
from dashboard.store.dispatch.ahead import Ahead
from dashboard.store.jobs.reading import jobs_by_id
from qubecb.conffile.catalog import Directory, load_directory
from qubecb.conffile.meaning import EffectiveMapping
from qubecb.dispatch.facts import BindingMode, Facts, read
from qubecb.dispatch.index import Indexes
from qubecb.dispatch.judging import asked_about, case_of, judge, shadowed_in
from qubecb.dispatch.ports.configuration import Binding, BoundDirectory
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.dispatch.suppression import Suppression
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.jobs.ids import LARGEST_ID, JobId
from qubecb.why.matching import Explainer, Match, in_lines

#: `bound`: what a live event would use; `saved`: what is on disk now.
Source = Literal["bound", "saved"]
#: Other jobs that are read, for each of the ways in which the event may concern them.
MOST_OTHERS = 200
#: The id of the binding on disk, if that is used for every job; no store has it.
_ON_DISK = -1


@dataclass(frozen=True, slots=True)
class Edit:
    """A callbacks.conf that is not saved, and its directory."""

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
        """Whether the trigger is true, even if the callback is paused or disabled."""
        return self.match.fires or bool(self.match.suppressed)


class Verdicts(Sequence[JobMatch]):
    """Verdicts, and how many jobs that the event may concern were not checked."""

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


@dataclass(frozen=True, slots=True)
class _OnDisk:
    """A callback directory in force, and what its revision says."""

    directory: Directory
    #: The mappings that stay in force for lines that are broken now.
    previous: Sequence[EffectiveMapping] = ()
    revision: int | None = None

    @property
    def bound(self) -> BoundDirectory:
        """The directory as jobs would be bound to it."""
        meaning = self.directory.meaning(self.previous)
        return BoundDirectory(str(self.directory.path), self.revision or 0, meaning)


def verdicts(
    event: Event,
    source: Source = "bound",
    attached: Job | None = None,
    edit: Edit | None = None,
) -> Verdicts:
    """Judge an event as if it happened now.

    Gives every mapping for the event's own job, and then what fires for others: its children,
    its process group, and jobs with a trigger that names the event's job by its id; of each
    the newest 200. With `attached`, every mapping for that job and nothing for others; with
    `edit`, every mapping of the unsaved text and nothing for others.
    """
    on_disk = _saved() if edit is None else [_edited(edit)]
    mode = _mode(source) if edit is None else "live"
    alone = attached is not None or edit is not None
    ahead = Ahead(
        event,
        _in_force(on_disk, mode),
        None if attached is None else _as_stored(attached),
        0 if alone else MOST_OTHERS,
    )
    facts = read([AcceptedEvent(LARGEST_ID, event)], ahead, Indexes(), mode)
    suppression = Suppression(ahead.pauses(), qb_conf(), time.time())
    found = [
        *_of_asked(facts, ahead, suppression, on_disk),
        *_of_others(facts, ahead, suppression),
    ]
    return Verdicts(found, ahead.left_out)


def bound_revisions(job: JobId) -> tuple[int, ...]:
    """Give the revisions that a stored job's callbacks come from; none if those in force."""
    known = jobs_by_id({job}).get(job)
    binding = known.binding if known else None
    if binding is None or binding == bindings.in_force().binding:
        return ()
    return tuple(each.revision for each in bindings.binding(binding).directories)


# What is read.


def _mode(source: Source) -> BindingMode:
    live = settings.ENVIRONMENT.get("QUBECB_BINDING") == "live"
    return "live" if live or source == "saved" else "submission"


def _in_force(on_disk: Iterable[_OnDisk], mode: BindingMode) -> Binding:
    """The configuration in force, as it is on disk: jobs that are bound to it are judged by it."""
    binding = _ON_DISK if mode == "live" else bindings.in_force().binding
    return Binding(binding, tuple(each.bound for each in on_disk))


def _saved() -> list[_OnDisk]:
    seen = [look(path) for path in directories()]
    return [
        _OnDisk(
            each.as_it_counts,
            meaning_of(each.newest),
            each.newest.pk if each.newest else None,
        )
        for each in seen
    ]


def _edited(edit: Edit) -> _OnDisk:
    return _OnDisk(load_directory(edit.directory, edit.config))


def _as_stored(job: Job) -> KnownJob:
    """A job as somebody describes it, with the beginning and the binding that are stored, if any."""
    stored = jobs_by_id({job.id}).get(job.id)
    return replace(stored, job=job) if stored else KnownJob(job, None, since=0)


# What is judged.


def _of_asked(
    facts: Facts, ahead: Ahead, suppression: Suppression, on_disk: Iterable[_OnDisk]
) -> Iterator[JobMatch]:
    """Every mapping for the job that is asked about, and the lines that do nothing."""
    known, case = asked_about(facts, ahead.asked)
    index = facts.configurations.of(known)
    asker = case.attached or ahead.event.job
    is_new = any(each.begins and each.subject is known for each in facts.steps)
    memory = {} if is_new else ahead.progress({asker.id})
    related = _related(facts, ahead, asker) if index.interest.labels else []
    _, case = asked_about(facts, ahead.asked, ahead.whole_group(asker.pgrp))
    matches = Explainer(case, memory, suppression, related).matches(index)
    if index is facts.configurations.in_force:
        yield from _line_by_line(asker, matches, on_disk)
        return
    revisions = {each.key.directory: each.revision for each in index.mappings}
    for match in matches:
        yield JobMatch(asker, match, revisions.get(match.directory))


def _related(facts: Facts, ahead: Ahead, asker: Job) -> list[Job]:
    """Other known jobs: a label may mean one of them."""
    stored = [each.job for each in facts.stored.values() if each.job.id != asker.id]
    return [*ahead.kin(asker, MOST_OTHERS), *stored]


def _line_by_line(
    asker: Job, matches: Iterable[Match], on_disk: Iterable[_OnDisk]
) -> Iterator[JobMatch]:
    found = defaultdict(list)
    for match in matches:
        found[match.directory].append(match)
    for each in on_disk:
        for line in in_lines(each.directory, found[str(each.directory.path)]):
            yield JobMatch(asker, line, each.revision)


def _of_others(
    facts: Facts, ahead: Ahead, suppression: Suppression
) -> Iterator[JobMatch]:
    """What the event would fire for attached jobs other than its own."""
    (occurrence,) = facts.occurrences
    ((step, hits),) = judge(facts)
    concerned = [hit for hit in hits if hit.job in ahead.seen]
    memory = ahead.progress({hit.job for hit in concerned})
    related = [each.job for each in (*ahead.seen.values(), *facts.stored.values())]
    shadowed = shadowed_in(step, facts.related)
    for hit in concerned:
        known = ahead.seen[hit.job]
        case = case_of(step, occurrence, known, shadowed)
        match = Explainer(case, memory, suppression, related).match(hit.mapping)
        found = JobMatch(known.job, match, hit.mapping.revision or None)
        if found.triggered:
            yield found
