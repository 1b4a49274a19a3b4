"""What a verb does to one job, as it is kept: enough to do it again, and no more.

An act is kept in the order of acceptance, beside events, and so is nobody's but the planner's
to carry out. Where two acts and an event meet, each is done to what the one before it left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from qubecb.jobs.job import Job
from qubecb.jobs.modifying import with_fields
from qubecb.jobs.parts import Move
from qubecb.jobs.statuses import NONE
from qubecb.jobs.targets import INSTANCE, ITEM, JOB, parse_target
from qubecb.jobs.verbs import VERBS, Verb


@dataclass(frozen=True, slots=True)
class Act:
    """One verb, done to one job, or to items or instances of one job."""

    #: Its first name.
    verb: str
    #: As text; all of one job and of one kind. An item is named exactly, never by a range.
    targets: tuple[str, ...]
    #: For `modify` the fields, as they were checked.
    arguments: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def row(self) -> Verb:
        """What the verb does."""
        return VERBS[self.verb]

    @property
    def on(self) -> str:
        """What it is done to: job, subjob or work."""
        return parse_target(self.targets[0]).kind

    def as_dict(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "verb": self.verb,
            "targets": list(self.targets),
            "arguments": dict(self.arguments),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Act:
        """The opposite of `as_dict`."""
        arguments = MappingProxyType(dict(data["arguments"]))
        return cls(data["verb"], tuple(data["targets"]), arguments)


def job_after_act(job: Job, act: Act) -> Job | None:
    """Give the job as it is after an act; None when its status does not allow it.

    What an act does to items and instances: `moves`.
    """
    if act.on != JOB:
        return job
    if not act.row.allowed(job.status or "unknown"):
        return None
    if act.verb == "modify":
        return with_fields(job, act.arguments)
    return job if act.row.becomes is None else replace(job, status=act.row.becomes)


def moves(act: Act) -> Iterator[Move]:
    """Give what an act does to items and instances of a job whose status allows it."""
    row, on = act.row, act.on
    if row.becomes is None:
        return
    if on != JOB:
        yield Move(on, row.allowed, row.becomes, tuple(map(_key, act.targets)))
        return
    touched, becomes = row.items
    if touched is not NONE:
        yield Move(ITEM, touched, becomes)
    yield Move(INSTANCE, row.allowed, row.becomes)


def _key(text: str) -> str:
    """The item's name, or the instance's number as text."""
    target = parse_target(text)
    return str(target.instance) if target.item is None else target.item
