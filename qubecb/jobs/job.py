"""A job as a frozen value.

Follows the job fields of Qube's documentation (Python API, `jobinfo`): `id`, `pid` and `pgrp`
are integers, `pgrp` defaults to the job's own id, a `pid` of 0 or 1 means no parent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from qubecb.digits import LARGEST
from qubecb.errors import InvalidEvent, Problem
from qubecb.jobs.unstorable import unstorable

INTEGER_FIELDS = ("id", "pid", "pgrp")
TEXT_FIELDS = ("name", "label", "status", "user")
LARGEST_ID = LARGEST


@dataclass(frozen=True, slots=True)
class Job:
    """One job of the farm; `fields` holds every other field exactly as it was sent."""

    id: int
    name: str = ""
    pid: int = 0
    pgrp: int = 0
    label: str = ""
    status: str = ""
    user: str = ""
    #: Every field that is not one of the above, by Qube's name for it.
    fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if self.pgrp == 0:
            object.__setattr__(self, "pgrp", self.id)

    @property
    def parent(self) -> int | None:
        """The id of the parent job, or None: 0 and 1 mean that there is none."""
        return self.pid if self.pid > 1 else None

    @classmethod
    def from_dict(cls, data: object, path: str = "job") -> Job:
        """Read a job as it stands in an event.

        Takes a mapping with at least `id`; raises InvalidEvent that names every wrong field.
        """
        if not isinstance(data, Mapping):
            raise InvalidEvent([Problem(path, "must be an object with at least an id")])
        data = {**data, **_whole_numbers(data)}
        problems = [
            *_integer_problems(data, path),
            *(
                Problem(f"{path}.{name}", "must be text")
                for name in TEXT_FIELDS
                if not isinstance(data.get(name, ""), str)
            ),
            *unstorable(data, path),
        ]
        if problems:
            raise InvalidEvent(problems)
        known = {*INTEGER_FIELDS, *TEXT_FIELDS}
        rest = {str(key): value for key, value in data.items() if key not in known}
        return cls(
            **{name: data[name] for name in known if name in data},
            fields=MappingProxyType(rest),
        )

    def as_dict(self) -> dict[str, Any]:
        """The job as it stands in an event: the opposite of `from_dict`."""
        told = plain(self.fields)
        told.update((name, getattr(self, name)) for name in INTEGER_FIELDS)
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


def _whole_numbers(data: Mapping[Any, Any]) -> dict[str, int]:
    """Ids that were sent as 5042.0, which is an integer to JSON."""
    given = {name: data.get(name) for name in INTEGER_FIELDS}
    return {
        name: int(value)
        for name, value in given.items()
        if isinstance(value, float) and value.is_integer()
    }


def _integer_problems(data: Mapping[Any, Any], path: str) -> list[Problem]:
    """What is wrong with the ids: missing, no integers, negative, or too large."""
    problems = []
    if "id" not in data:
        problems.append(Problem(f"{path}.id", "is missing"))
    for name in INTEGER_FIELDS:
        value = data.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int):
            problems.append(Problem(f"{path}.{name}", "must be an integer"))
        elif not 0 <= value <= LARGEST_ID:
            problems.append(Problem(f"{path}.{name}", "must be from 0 to 2^63-1"))
    if data.get("id") == 0 and not isinstance(data.get("id"), bool):
        problems.append(
            Problem(f"{path}.id", "must not be 0, which means all jobs to Qube")
        )
    return problems
