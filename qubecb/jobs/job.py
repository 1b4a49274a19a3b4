"""A job as a frozen value.

Follows the job fields of Qube's documentation (Python API, `jobinfo`): `id`, `pid` and `pgrp`
are ids (qubecb.jobs.ids), `pgrp` defaults to the job's own id, a `pid` of 0 or 1 means no parent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from qubecb.errors import InvalidEvent, Problem
from qubecb.jobs.ids import JobId, fault, job_id
from qubecb.jobs.unstorable import unstorable

ID_FIELDS = ("id", "pid", "pgrp")
TEXT_FIELDS = ("name", "label", "status", "user")


@dataclass(frozen=True, slots=True)
class Job:
    """One job of the farm; `fields` holds every other field exactly as it was sent."""

    id: JobId
    name: str = ""
    pid: JobId = 0
    pgrp: JobId = 0
    label: str = ""
    status: str = ""
    user: str = ""
    #: Every field that is not one of the above, by Qube's name for it.
    fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if self.pgrp == 0:
            object.__setattr__(self, "pgrp", self.id)

    @property
    def parent(self) -> JobId | None:
        """The id of the parent job, or None: 0 and 1 mean that there is none."""
        return None if self.pid in (0, 1) else self.pid

    @classmethod
    def from_dict(cls, data: object, path: str = "job") -> Job:
        """Read a job as it stands in an event.

        Takes a mapping with at least `id`; raises InvalidEvent that names every wrong field.
        """
        if not isinstance(data, Mapping):
            raise InvalidEvent([Problem(path, "must be an object with at least an id")])
        problems = [
            *_id_problems(data, path),
            *(
                Problem(f"{path}.{name}", "must be text")
                for name in TEXT_FIELDS
                if not isinstance(data.get(name, ""), str)
            ),
            *unstorable(data, path),
        ]
        if problems:
            raise InvalidEvent(problems)
        own = {name: data[name] for name in TEXT_FIELDS if name in data}
        own |= {name: job_id(data[name], 0) for name in ID_FIELDS if name in data}
        known = {*ID_FIELDS, *TEXT_FIELDS}
        rest = {str(key): value for key, value in data.items() if key not in known}
        return cls(**own, fields=MappingProxyType(rest))

    def as_dict(self) -> dict[str, Any]:
        """The job as it stands in an event: the opposite of `from_dict`."""
        told = plain(self.fields)
        told.update((name, getattr(self, name)) for name in ID_FIELDS)
        told.update((name, getattr(self, name)) for name in TEXT_FIELDS)
        return told

    def as_told(self) -> dict[str, Any]:
        """The id and every field that is set."""
        named = {name: getattr(self, name) for name in ("pid", *TEXT_FIELDS)}
        told = {name: value for name, value in named.items() if value}
        if self.pgrp != self.id:
            told["pgrp"] = self.pgrp
        return {"id": self.id, **told, **plain(self.fields)}


def plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give fields as a dict of their own.

    Copied in one step: asked for one by one, a million would keep all other threads waiting.
    """
    return fields.copy() if isinstance(fields, MappingProxyType) else dict(fields)


def merged(
    fields: Mapping[str, Any], *told: Mapping[str, Any]
) -> MappingProxyType[str, Any]:
    """Give fields updated with newer ones.

    One by one: to update a million fields by as many in one step keeps all other threads waiting.
    """
    known = plain(fields)
    for each in told:
        for name, value in each.items():
            known[name] = value
    return MappingProxyType(known)


def _id_problems(data: Mapping[Any, Any], path: str) -> list[Problem]:
    """What is wrong with the ids: missing, not one, or 0."""
    problems = []
    if "id" not in data:
        problems.append(Problem(f"{path}.id", "is missing"))
    for name in ID_FIELDS:
        if wrong := fault(data.get(name, 1)):
            problems.append(Problem(f"{path}.{name}", wrong))
    if job_id(data.get("id"), 0) == 0:
        problems.append(
            Problem(f"{path}.id", "must not be 0, which means all jobs to Qube")
        )
    return problems
