"""One verb done to several targets at once: the whole of what a farm has to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qubecb.jobs.record import JobRecord
from qubecb.jobs.targets import Target
from qubecb.jobs.verbs import Caused, apply, check_target


@dataclass(frozen=True, slots=True)
class Consequence:
    """An event to be sent, and the job that it is about, as the verb left it."""

    job: JobRecord
    caused: Caused


@dataclass(slots=True)
class Applied:
    """What a verb made of several jobs."""

    #: The jobs that changed, as they are now, by id.
    records: dict[int, JobRecord] = field(default_factory=dict)
    affected: list[str | int] = field(default_factory=list)
    consequences: list[Consequence] = field(default_factory=list)
    #: Ids of jobs that are gone.
    removed: set[int] = field(default_factory=set)


def check_targets(verb: str, targets: Iterable[str]) -> tuple[Target, ...]:
    """Read all targets of a call before anything is changed; raises BadTarget."""
    return tuple(check_target(verb, target) for target in targets)


def apply_all(
    records: Mapping[int, JobRecord],
    verb: str,
    targets: Sequence[str],
    arguments: Mapping[str, Any] | None = None,
) -> Applied:
    """Do a verb to each target in turn.

    Takes the stored jobs by id; a target whose job is not among them is left out, as one
    in no state for the verb is. Nothing is changed when one target is no target at all:
    raises BadTarget, UnknownVerb, FarmError first.
    """
    applied = Applied()
    for target in check_targets(verb, targets):
        record = applied.records.get(target.job, records.get(target.job))
        if record is None or target.job in applied.removed:
            continue
        change = apply(record, verb, target, arguments)
        seen = {**dict.fromkeys(applied.affected), **dict.fromkeys(change.affected)}
        applied.affected = list(seen)
        applied.consequences += [
            Consequence(change.record, caused) for caused in change.events
        ]
        if change.removed:
            applied.removed.add(target.job)
        if change.affected:
            applied.records[target.job] = change.record
    return applied
