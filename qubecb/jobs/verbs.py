"""What each verb of Qube does to a job, as pure functions over one table.

Follows "Command Line Reference", "Jobs, Instances and Frames panels" and "Job States" of
Qube's documentation; rows marked D are our decision where it is silent (docs/qb-module.md).

Two rules hold for all of them: a verb on an object that is in no state for it changes
nothing and leaves it out of what it affected; and a job's verb says one thing only, one
event, however many instances and items change with the job.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qubecb.errors import BadTarget, UnknownVerb
from qubecb.jobs.fields import ENDED, RUNNING
from qubecb.jobs.modifying import modified
from qubecb.jobs.record import Item, JobRecord
from qubecb.jobs.targets import INSTANCE, ITEM, JOB, Target, named_by, parse_target

Allowed = Callable[[str], bool]


def _only(*statuses: str) -> Allowed:
    """These statuses; every one that means that something runs counts as `running`."""
    more = RUNNING if "running" in statuses else frozenset()
    return frozenset({*statuses, *more}).__contains__


def _active(status: str) -> bool:
    return status not in ENDED


def _ended(status: str) -> bool:
    return status in ENDED


def _always(_status: str) -> bool:
    return True


def _never(_status: str) -> bool:
    return False


def _unblocked(status: str) -> bool:
    return _active(status) and status != "blocked"


_KILLABLE = _only("running", "pending", "blocked", "badlogin")


@dataclass(frozen=True, slots=True)
class Verb:
    """One row: what it is done to, from which statuses, what that becomes, what it says."""

    name: str
    #: The kinds of target it takes.
    on: tuple[str, ...]
    allowed: Allowed
    #: The new status of job, instance or item; None leaves it as it is.
    becomes: str | None = None
    #: Which items change with a job, and into what.
    items: tuple[Allowed, str] = (_never, "")
    #: The name of the event that the change means, or None.
    event: str | None = None
    #: "instances", "ids", "texts" or "items": what the function gives back.
    gives: str = "instances"


_BOTH = (JOB, INSTANCE)
_ROWS = (
    Verb(
        "block", _BOTH, _unblocked, "blocked", (_only("running"), "pending"), "blocked"
    ),
    Verb("unblock", _BOTH, _only("blocked"), "pending", event="unblock"),
    Verb("kill", _BOTH, _KILLABLE, "killed", (_active, "killed"), "killed"),
    Verb("fail", _BOTH, _active, "failed", (_active, "failed"), "failed"),
    Verb("retire", _BOTH, _active, "complete", event="complete"),
    Verb("retry", _BOTH, _ended, "pending", (_ended, "pending")),
    Verb("requeue", _BOTH, _ended, "blocked", (_ended, "blocked"), "blocked"),
    Verb("migrate", _BOTH, _only("running"), "pending", (_only("running"), "pending")),
    Verb(
        "interrupt", _BOTH, _only("running"), "pending", (_only("running"), "pending")
    ),
    Verb("preempt", _BOTH, _only("running"), "pending"),
    Verb("suspend", _BOTH, _only("running"), "suspended"),
    Verb("resume", _BOTH, _only("suspended"), "running"),
    Verb("shove", (JOB,), _active, gives="texts"),
    Verb("top", (JOB,), _active, gives="ids"),
    Verb("bottom", (JOB,), _active, gives="ids"),
    Verb("modify", (JOB,), _active, event="modified", gives="ids"),
    Verb("remove", (JOB,), _always, event="removed", gives="ids"),
    Verb("blockwork", (ITEM,), _only("pending"), "blocked", event="blocked"),
    Verb("unblockwork", (ITEM,), _only("blocked"), "pending", event="unblock"),
    Verb("killwork", (ITEM,), _KILLABLE, "killed", event="killed"),
    Verb("failwork", (ITEM,), _active, "failed", event="failed"),
    Verb("retirework", (ITEM,), _active, "complete", event="complete"),
    Verb("retrywork", (ITEM,), _ended, "pending"),
    Verb("requeuework", (ITEM,), _ended, "blocked", event="blocked"),
)

#: Every verb under its first name.
VERBS: Mapping[str, Verb] = {verb.name: verb for verb in _ROWS}
#: Every other name of a verb: aliases, and the old names of the work verbs.
ALIASES: Mapping[str, str] = {
    "complete": "retire",
    "completework": "retirework",
    "workblock": "blockwork",
    "workunblock": "unblockwork",
    "workkill": "killwork",
    "workretry": "retrywork",
    "workrequeue": "requeuework",
    "workcomplete": "retirework",
    "workfail": "failwork",
}


@dataclass(frozen=True, slots=True)
class Caused:
    """What a change means as an event: name, type and extra, about the job of the change."""

    name: str
    type: str = JOB
    extra: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one verb made of one job."""

    record: JobRecord
    #: What it affected, as the documentation of the verb says; empty: nothing changed.
    affected: tuple[str | int, ...] = ()
    events: tuple[Caused, ...] = ()
    #: The job is gone; `record` is how it was at its end.
    removed: bool = False


def first_name(verb: str) -> str:
    """Give a verb's first name for any of its names; raises UnknownVerb."""
    name = ALIASES.get(verb, verb)
    if name not in VERBS:
        raise UnknownVerb(f"the farm has no verb {verb[:60]!r}")
    return name


def check_target(verb: str, text: str) -> Target:
    """Read a target and see that the verb takes its kind.

    Takes any name of the verb. Raises BadTarget, with the verb that would do, and
    UnknownVerb.
    """
    row = VERBS[first_name(verb)]
    target = parse_target(text)
    if target.kind in row.on:
        return target
    if target.kind == ITEM:
        other = f"{row.name}work"
        hint = f"; use {other}" if other in VERBS else ""
        raise BadTarget(f"{verb} takes no agenda item, and {text!r} is one{hint}")
    if row.on == (ITEM,):
        raise BadTarget(
            f"{verb} takes agenda items, written like {target.job}:7, and {text!r} is none"
        )
    raise BadTarget(f"{verb} takes whole jobs, and {text!r} is an instance")


def apply(
    record: JobRecord,
    verb: str,
    target: str | Target,
    arguments: Mapping[str, Any] | None = None,
) -> Change:
    """Do a verb to a job, one of its instances or some of its items.

    Takes the record of the target's job, any name of the verb, the target, and for
    `modify` the fields. Gives the Change; raises BadTarget, UnknownVerb and, for a field
    that cannot be modified, FarmError.
    """
    row = VERBS[first_name(verb)]
    target = check_target(verb, str(target))
    if target.job != record.job.id:
        raise BadTarget(f"{target} is not of job {record.job.id}")
    if target.kind == ITEM:
        return _apply_to_items(record, row, target)
    if target.kind == INSTANCE:
        return _apply_to_instance(record, row, target)
    if not row.allowed(record.job.status or "unknown"):
        return Change(record)
    if row.name == "modify":
        return _modify(record, arguments or {})
    return _apply_to_job(record, row)


def _apply_to_job(record: JobRecord, row: Verb) -> Change:
    events = (Caused(row.event),) if row.event else ()
    if row.name == "remove":
        return Change(record, (record.job.id,), events, removed=True)
    if row.becomes is None:
        return Change(record, _job_ids(record, row))
    becomes, (touches, item_becomes) = row.becomes, row.items
    moved = [one.id for one in record.instances if row.allowed(one.status)]
    changed = JobRecord(
        job=replace(record.job, status=becomes),
        items=tuple(
            replace(item, status=item_becomes) if touches(item.status) else item
            for item in record.items
        ),
        instances=tuple(
            replace(one, status=becomes) if one.id in moved else one
            for one in record.instances
        ),
    )
    return Change(changed, _instance_ids(record, moved), events)


def _job_ids(record: JobRecord, row: Verb) -> tuple[str | int, ...]:
    return (str(record.job.id) if row.gives == "texts" else record.job.id,)


def _instance_ids(record: JobRecord, moved: Sequence[int]) -> tuple[str, ...]:
    """The `jobid.subjobid` of what changed; a job always has an instance 0 in Qube."""
    numbers = moved or [one.id for one in record.instances] or [0]
    return tuple(f"{record.job.id}.{number}" for number in numbers)


def _apply_to_instance(record: JobRecord, row: Verb, target: Target) -> Change:
    becomes = row.becomes
    moved = tuple(
        replace(one, status=becomes)
        if becomes and one.id == target.instance and row.allowed(one.status)
        else one
        for one in record.instances
    )
    if moved == record.instances:
        return Change(record)
    caused = Caused(row.event, INSTANCE, str(target.instance)) if row.event else None
    return Change(
        replace(record, instances=moved), (str(target),), (caused,) if caused else ()
    )


def _apply_to_items(record: JobRecord, row: Verb, target: Target) -> Change:
    names = frozenset(named_by(target.item or "", (item.name for item in record.items)))

    def moves(item: Item) -> bool:
        return item.name in names and row.allowed(item.status)

    moved = [item.name for item in record.items if moves(item)]
    changed = tuple(
        replace(item, status=row.becomes or "") if moves(item) else item
        for item in record.items
    )
    return Change(
        replace(record, items=changed),
        tuple(f"{record.job.id}:{name}" for name in moved),
        tuple(Caused(row.event, ITEM, name) for name in moved) if row.event else (),
    )


def _modify(record: JobRecord, arguments: Mapping[str, Any]) -> Change:
    job = modified(record.job, arguments)
    return Change(
        replace(record, job=job),
        (record.job.id,),
        (Caused("modified"),) if job != record.job else (),
    )
