"""A job together with its agenda items and instances, as frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from qubecb.jobs.fields import (
    INSTANCE_FIELDS,
    ITEM_FIELDS,
    JOB_FIELDS,
    JOB_TIMES,
    empty,
    has_come,
    tally,
)
from qubecb.jobs.ids import JobId
from qubecb.jobs.job import Job

NOTHING: Mapping[str, Any] = MappingProxyType({})
_PARTS = ("agenda", "subjobs")


@dataclass(frozen=True, slots=True)
class Item:
    """One agenda item, usually a frame; `fields` holds what is not name or status."""

    name: str
    status: str = ""
    fields: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Item | None:
        """Read an item of a job's `agenda`, or None when it bears no name."""
        name = data.get("name")
        if isinstance(name, int) and not isinstance(name, bool):
            name = str(name)
        if not isinstance(name, str) or not name:
            return None
        rest = {key: value for key, value in data.items() if key not in _ITEM_OWN}
        return cls(name, _text(data.get("status")), MappingProxyType(rest))

    def in_status(self, status: str) -> Item:
        """The item in another status."""
        return Item(self.name, status, self.fields)

    def info(self, job: JobId) -> dict[str, Any]:
        """The item as `jobinfo` gives it, every documented key included."""
        own = {"pid": job, "name": self.name, "status": self.status or "unknown"}
        return {**empty(ITEM_FIELDS), **_known(self.fields), **own}


@dataclass(frozen=True, slots=True)
class Instance:
    """One job instance; `fields` holds what is not id or status."""

    id: int
    status: str = ""
    fields: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Instance | None:
        """Read an instance of a job's `subjobs`, or None when it has no id."""
        number = data.get("id")
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            return None
        rest = {key: value for key, value in data.items() if key not in _INSTANCE_OWN}
        return cls(number, _text(data.get("status")), MappingProxyType(rest))

    def in_status(self, status: str) -> Instance:
        """The instance in another status."""
        return Instance(self.id, status, self.fields)

    def info(self, job: JobId) -> dict[str, Any]:
        """The instance as `jobinfo` gives it, every documented key included."""
        own = {"pid": job, "id": self.id, "status": self.status or "unknown"}
        return {**empty(INSTANCE_FIELDS), **_known(self.fields), **own}


def without_parts(job: Job) -> Job:
    """A job whose items and instances are not among its fields."""
    if "agenda" not in job.fields and "subjobs" not in job.fields:
        return job
    rest = {key: job.fields[key] for key in job.fields if key not in _PARTS}
    return replace(job, fields=MappingProxyType(rest))


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job with what is known of its items and instances, in the order of the agenda."""

    job: Job
    items: tuple[Item, ...] = ()
    instances: tuple[Instance, ...] = ()

    @classmethod
    def of(cls, job: Job) -> JobRecord:
        """Take `agenda` and `subjobs` out of a job's fields and make values of them."""
        return cls(
            without_parts(job),
            _unique(Item.from_dict(data) for data in _dicts(job.fields.get("agenda"))),
            _unique_instances(
                Instance.from_dict(data) for data in _dicts(job.fields.get("subjobs"))
            ),
        )

    @classmethod
    def from_info(cls, info: Mapping[str, Any]) -> JobRecord:
        """Read what a farm's `jobinfo` gave; raises InvalidEvent when it is not a job."""
        return cls.of(Job.from_dict(info))

    def info(self) -> dict[str, Any]:
        """The job as `jobinfo` gives it, every documented key included.

        Tallies and `todo` are counted where items or instances are known, else as sent;
        every status is a key of a tally. A time that has not come is NOT_YET.
        """
        known = empty(JOB_FIELDS)
        for name, value in self.job.as_dict().items():
            if name not in JOB_TIMES or has_come(value):
                known[name] = value
        known["status"] = self.job.status or "unknown"
        for name in ("todotally", "cpustally"):
            known[name] = {**tally(()), **_mapping(known[name])}
        if "agendatimeout" not in self.job.fields:
            known["agendatimeout"] = self.job.fields.get("agenda_timeout", 0)
        known["agenda"] = [item.info(self.job.id) for item in self.items]
        known["subjobs"] = [instance.info(self.job.id) for instance in self.instances]
        if self.items:
            known["todo"] = len(self.items)
            known["todotally"] = tally(item.status for item in self.items)
        if self.instances:
            known["cpustally"] = tally(instance.status for instance in self.instances)
        return known


_ITEM_OWN = ("name", "status", "pid")
_INSTANCE_OWN = ("id", "status", "pid")


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without the times that have not come."""
    return {
        name: value
        for name, value in fields.items()
        if name not in JOB_TIMES or has_come(value)
    }


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else NOTHING


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _dicts(value: object) -> list[Mapping[str, Any]]:
    if not isinstance(value, list | tuple):
        return []
    return [member for member in value if isinstance(member, Mapping)]


def _unique(items: Iterable[Item | None]) -> tuple[Item, ...]:
    return tuple({item.name: item for item in items if item}.values())


def _unique_instances(instances: Iterable[Instance | None]) -> tuple[Instance, ...]:
    return tuple({one.id: one for one in instances if one}.values())
