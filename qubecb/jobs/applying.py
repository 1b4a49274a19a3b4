"""One verb for several targets: what it does to which job, decided before anything is changed.

What is decided are acts, one for each event that the verb means, or one a job when it
means none. The owner of the jobs carries them out. All of it takes time in proportion
to the targets, the items and the instances of their jobs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from qubecb.errors import BadTarget, FarmError
from qubecb.jobs.acts import Act, job_after_act, moves
from qubecb.jobs.ids import JobId
from qubecb.jobs.job import Job
from qubecb.jobs.modifying import check_modification, check_modified
from qubecb.jobs.parts import Parts
from qubecb.jobs.record import NOTHING, JobRecord
from qubecb.jobs.targets import INSTANCE, ITEM, JOB, ItemNames, Target
from qubecb.jobs.verbs import VERBS, Verb, check_target, first_name

#: Items that one call may name, each of them or by ranges.
MOST_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class Caused:
    """What a change means as an event: name, type and extra, about the job of the change."""

    name: str
    type: str = JOB
    extra: str | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """One act, and its event."""

    job: JobId
    act: Act
    #: What it affected, as the documentation of the verb says.
    affected: tuple[str | int, ...]
    event: Caused | None = None
    #: The fields of the job that it changes, with their values from now on.
    told: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    #: The job itself does not change.
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """What a verb makes of several jobs."""

    deeds: tuple[Deed, ...]
    affected: tuple[str | int, ...]
    #: The changed jobs as they are afterwards, by id.
    records: Mapping[JobId, JobRecord]
    #: Ids of jobs that are gone.
    removed: frozenset[JobId]


@dataclass(frozen=True, slots=True)
class Change:
    """What one verb makes of one job."""

    record: JobRecord
    #: What it affected, as the documentation of the verb says; empty: nothing changed.
    affected: tuple[str | int, ...]
    events: tuple[Caused, ...]
    #: The job is gone; `record` is how it was at its end.
    removed: bool


def check_targets(verb: str, targets: Iterable[str]) -> tuple[Target, ...]:
    """Read all targets of a call before anything is changed; raises BadTarget."""
    return tuple(check_target(verb, target) for target in targets)


def apply_all(
    records: Mapping[JobId, JobRecord],
    verb: str,
    targets: Sequence[str],
    arguments: Mapping[str, Any] | None = None,
) -> Applied:
    """Decide what a verb does to each target in turn, each after those before.

    Takes the jobs as they are, by id; a target whose job is not among them is left out, as
    one in no state for the verb is. Raises BadTarget, UnknownVerb, FarmError.
    """
    checked = check_targets(verb, targets)
    row = VERBS[first_name(verb)]
    wanted = check_modification(arguments or {}) if row.name == "modify" else {}
    jobs: dict[JobId, _Working] = {}
    deeds: list[Deed] = []
    named = 0
    for target in checked:
        record = records.get(target.job)
        if record is None:
            continue
        working = jobs.setdefault(target.job, _Working(record))
        done, looked_at = working.do(row, target, wanted)
        deeds += done
        named += looked_at
        if named > MOST_ITEMS:
            message = f"{verb} was given more than {MOST_ITEMS} agenda items"
            raise FarmError(f"{message}; name fewer in one call")
    return _applied(row, deeds, jobs)


def apply(
    record: JobRecord,
    verb: str,
    target: str | Target,
    arguments: Mapping[str, Any] | None = None,
) -> Change:
    """Do a verb to a job, one of its instances or some of its items.

    Takes the record of the target's job, any name of the verb, the target, and for
    `modify` the fields. Raises BadTarget, UnknownVerb and, for a field that cannot be
    modified, FarmError.
    """
    job = record.job.id
    if check_target(verb, str(target)).job != job:
        raise BadTarget(f"{target} does not belong to job {job}")
    applied = apply_all({job: record}, verb, [str(target)], arguments)
    events = tuple(deed.event for deed in applied.deeds if deed.event is not None)
    after = applied.records.get(job, record)
    return Change(after, applied.affected, events, bool(applied.removed))


def _applied(row: Verb, deeds: list[Deed], jobs: Mapping[JobId, _Working]) -> Applied:
    affected = dict.fromkeys(each for deed in deeds for each in deed.affected)
    changed = {deed.job for deed in deeds}
    return Applied(
        tuple(deeds if row.event else _by_job(deeds)),
        tuple(affected),
        {job: jobs[job].record() for job in changed},
        frozenset(job for job in changed if jobs[job].removed),
    )


def _by_job(deeds: Iterable[Deed]) -> Iterator[Deed]:
    """What means no event, one deed a job."""
    together: dict[JobId, list[Deed]] = {}
    for deed in deeds:
        together.setdefault(deed.job, []).append(deed)
    for first, *others in together.values():
        every = (first, *others)
        targets = tuple(target for deed in every for target in deed.act.targets)
        affected = tuple(each for deed in every for each in deed.affected)
        unique = tuple(dict.fromkeys(targets))
        yield replace(first, act=replace(first.act, targets=unique), affected=affected)


class _Working:
    """One job, on which a verb is tried."""

    def __init__(self, record: JobRecord) -> None:
        self._given = record
        self.job = record.job
        self.removed = False

    @cached_property
    def _parts(self) -> Parts:
        return Parts(self._given.items, self._given.instances)

    @cached_property
    def _names(self) -> ItemNames:
        return ItemNames(self._parts.items)

    def record(self) -> JobRecord:
        """The job as it is now."""
        parts = self._parts
        return JobRecord(
            self.job, tuple(parts.items.values()), tuple(parts.instances.values())
        )

    def do(
        self, row: Verb, target: Target, arguments: Mapping[str, Any]
    ) -> tuple[list[Deed], int]:
        """Give what the verb does, and how many items the target names."""
        if self.removed:
            return [], 0
        if target.kind == JOB:
            return self._to_job(row, arguments), 0
        if target.kind == INSTANCE:
            instance = self._parts.instances.get(target.instance or 0)
            moved = instance is not None and row.allowed(instance.status)
            return self._to_parts(row, INSTANCE, [str(target.instance)] * moved), 0
        names = self._names.named_by(target.item or "")
        items = self._parts.items
        moving = [name for name in names if row.allowed(items[name].status)]
        return self._to_parts(row, ITEM, moving), len(names)

    def _to_parts(self, row: Verb, kind: str, keys: Sequence[str]) -> list[Deed]:
        mark = ":" if kind == ITEM else "."
        deeds = []
        for key in keys:
            target = f"{self.job.id}{mark}{key}"
            event = Caused(row.event, kind, key) if row.event else None
            deed = Deed(self.job.id, Act(row.name, (target,)), (target,), event)
            self._parts.take(moves(deed.act))
            deeds.append(deed)
        return deeds

    def _to_job(self, row: Verb, arguments: Mapping[str, Any]) -> list[Deed]:
        before, act = self.job, Act(row.name, (str(self.job.id),), arguments)
        after = job_after_act(before, act)
        if after is None:
            return []
        if row.name == "modify":
            check_modified(after)
        affected = self._affected(row)
        self.job, self.removed = after, row.name == "remove"
        self._parts.take(moves(act))
        idle = row.name == "modify" and after == before
        event = Caused(row.event) if row.event and not idle else None
        told = _told(row, before, after, arguments)
        return [Deed(before.id, act, affected, event, told, idle)]

    def _affected(self, row: Verb) -> tuple[str | int, ...]:
        """The `jobid.subjobid` of what changes (a job always has an instance 0), or the id."""
        job = self.job.id
        if row.gives != "instances":
            return (str(job) if row.gives == "texts" else job,)
        instances = self._parts.instances.values()
        moved = [one.id for one in instances if row.allowed(one.status)]
        return tuple(f"{job}.{number}" for number in moved or self._numbers())

    def _numbers(self) -> list[int]:
        return list(self._parts.instances) or [0]


def _told(
    row: Verb, before: Job, after: Job, arguments: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The fields of a job that differ."""
    if row.becomes is not None:
        return {"status": after.status}
    old, new = before.as_dict(), after.as_dict()
    return {
        name: new[name]
        for name in arguments
        if name not in old or old[name] != new[name]
    }
