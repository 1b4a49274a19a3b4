"""What happened to a job: its events in order, under each its runs, under these what they caused.

A page of it is some events of the job, and events of other jobs for which a callback of this job
ran. How many statements that takes does not depend on how much happened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast, Left, Length

from dashboard.models import EventRecord, ProgressRecord, Run
from dashboard.queries.events import Caused, caused_by
from dashboard.queries.runs import with_firers, without_large
from qubecb.jobs.ids import JobId

#: Events of a page.
SHOWN = 100
#: Runs under them, and runs whose `&&` they may have been counted for, at most.
_RUNS = 1_000
_COUNTED = 500
#: Characters of a run's actions that are read, and actions that are shown.
_ACTIONS, _ASKED = 2_000, 5


@dataclass(frozen=True, slots=True)
class Counted:
    """The run for which an event was counted as a part of an `&&` trigger."""

    run: int
    directory: str
    file: str
    spec: str


@dataclass(slots=True)
class RunEntry:
    """A run, what it asked of the farm, and the events of this page that came of that."""

    run: Run
    #: Its first actions, as they are stored.
    asked: list[dict[str, Any]] = field(default_factory=list)
    #: Whether it asked for more.
    more: bool = False
    caused: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """An event with all that belongs to it."""

    sequence: int
    #: None: it was pruned, and its runs are kept.
    event: EventRecord | None
    #: Runs of callbacks of the job, in order.
    runs: list[RunEntry] = field(default_factory=list)
    #: Runs of callbacks of other jobs.
    elsewhere: list[Caused] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)
    #: What still remembers it.
    remembered: list[ProgressRecord] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        """When it was accepted; of one that was pruned, when its first run was queued."""
        return self.event.accepted_at if self.event else self.runs[0].run.queued_at

    @property
    def spec(self) -> str:
        """Name, type and extra; of an action of the farm its verb."""
        return self.event.spec if self.event else self.runs[0].run.event_spec

    @property
    def is_act(self) -> bool:
        """Whether somebody asked the farm for it."""
        return self.event is not None and self.event.change is not None

    @property
    def silent(self) -> bool:
        """Whether it was planned and nothing came of it, so that one may wonder why."""
        event = self.event
        if event is None or event.planned_at is None or not event.name:
            return False
        return not (event.runs_count or self.runs or self.counted or self.remembered)

    @property
    def goes_on(self) -> bool:
        """Whether something of it waits or runs."""
        waits = self.event is not None and self.event.waits
        return waits or any(each.run.ended_at is None for each in self.runs)

    @property
    def more_runs(self) -> int:
        """How many of its runs are not here."""
        known = len(self.runs) + sum(each.count for each in self.elsewhere)
        return max(0, self.event.runs_count - known) if self.event else 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of it, newest first; cascades hang below the runs that began them."""

    entries: list[Entry]
    #: All entries, the hanging ones too.
    all: list[Entry]
    newer: int | None
    older: int | None


def timeline(
    jobs: Sequence[JobId],
    progress: Iterable[ProgressRecord] = (),
    before: int | None = None,
    after: int | None = None,
) -> Timeline:
    """Read what happened to some jobs: the newest, or what came just before or after a key.

    Takes what `&&` triggers remember of them, too.
    """
    sequences, newer, older = _page(jobs, before, after)
    events = EventRecord.objects.filter(pk__in=sequences).defer("job").in_bulk()
    entries = {each: Entry(each, events.get(each)) for each in sequences}
    runs = _runs(jobs, entries)
    _elsewhere(jobs, entries)
    _counted(jobs, entries)
    for one in progress:
        for sequence in {*one.satisfied.values()} & entries.keys():
            entries[sequence].remembered.append(one)
    known = [each for each in entries.values() if each.event or each.runs]
    return Timeline(_hang(known, runs), known, newer, older)


def _page(
    jobs: Sequence[JobId], before: int | None, after: int | None
) -> tuple[list[int], int | None, int | None]:
    """The sequences of a page, newest first, and the keys of its neighbours."""
    own = EventRecord.objects.filter(job_id__in=jobs).values_list("sequence", flat=True)
    theirs = Run.objects.filter(job__in=jobs).values_list("event", flat=True).distinct()
    most = SHOWN + 1
    if after is not None:
        first = own.filter(sequence__gt=after).order_by("sequence")[:most]
        second = theirs.filter(event__gt=after).order_by("event")[:most]
        found = sorted({*first, *second})[:most]
        shown = found[:SHOWN][::-1]
        return shown, shown[0] if len(found) > SHOWN else None, _last(shown)
    if before is not None:
        own, theirs = own.filter(sequence__lt=before), theirs.filter(event__lt=before)
    newest = {*own.order_by("-sequence")[:most], *theirs.order_by("-event")[:most]}
    found = sorted(newest, reverse=True)[:most]
    shown = found[:SHOWN]
    newer = shown[0] if shown and before is not None else None
    return shown, newer, _last(shown) if len(found) > SHOWN else None


def _last(shown: list[int]) -> int | None:
    return shown[-1] if shown else None


def _runs(jobs: Sequence[JobId], entries: dict[int, Entry]) -> dict[int, RunEntry]:
    """Put the runs of the jobs' callbacks under their events; gives them by id."""
    wanted = Run.objects.filter(event__in=[*entries], job__in=jobs).order_by("pk")
    found = {
        each.pk: RunEntry(each) for each in with_firers(without_large(wanted)[:_RUNS])
    }
    for run in found.values():
        entries[run.run.event].runs.append(run)
    text = Cast("actions", TextField())
    asked = Run.objects.filter(pk__in=[*found]).annotate(
        beginning=Left(text, _ACTIONS), length=Length(text)
    )
    for key, beginning, length in asked.values_list("pk", "beginning", "length"):
        whole = length <= _ACTIONS
        actions = json.loads(beginning) if whole else []
        found[key].asked = actions[:_ASKED]
        found[key].more = not whole or len(actions) > _ASKED
    return found


def _elsewhere(jobs: Sequence[JobId], entries: dict[int, Entry]) -> None:
    events = [each.event for each in entries.values() if each.event]
    for sequence, caused in caused_by(events, other_than=jobs).items():
        entries[sequence].elsewhere = caused


def _counted(jobs: Sequence[JobId], entries: dict[int, Entry]) -> None:
    """Note for which run an event was counted that was not the last one of its trigger."""
    if not entries:
        return
    later = Run.objects.filter(job__in=jobs, event__gt=min(entries))
    found = later.filter(satisfied_by__isnull=False).order_by("event")
    columns = ("pk", "directory", "file", "event", "satisfied_by")
    for run, directory, file, event, satisfied in found.values_list(*columns)[
        :_COUNTED
    ]:
        for spec, sequence, *_ in satisfied:
            if sequence in entries and sequence != event:
                told = Counted(run, directory, file, spec)
                entries[sequence].counted.append(told)


def _hang(known: list[Entry], runs: dict[int, RunEntry]) -> list[Entry]:
    """Hang events below the runs that caused them, oldest first; gives the others."""
    roots = []
    for entry in known:
        cause = entry.event.caused_by if entry.event else None
        if cause in runs and runs[cause].run.event < entry.sequence:
            runs[cause].caused.insert(0, entry)
        else:
            roots.append(entry)
    return roots
