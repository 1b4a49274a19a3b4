"""Which fields `qb.modify` changes, and what it takes for them.

Follows `qb.modify` in "Python API Reference" of Qube's documentation.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qubecb.digits import integer
from qubecb.errors import FarmError, InvalidEvent
from qubecb.jobs.fields import JOB_FIELDS
from qubecb.jobs.ids import LARGEST_ID, JobId, fault, job_id
from qubecb.jobs.job import Job, merged

_GENERAL = "priority timeout name account notes pgrp data env cpus max_cpus"
_PLACES = "cluster restrictions requirements reservations hostorder"
_HOSTS = "groups hosts omithosts omitgroups"
_FLIGHTS = "preflights postflights agenda_preflights agenda_postflights"
#: And every production tag, `prod_*`.
MODIFIABLE = frozenset(" ".join((_GENERAL, _PLACES, _HOSTS, _FLIGHTS)).split())
_TYPES = {field.name: field.type for field in JOB_FIELDS}


def check_modification(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Read the fields given to `modify`; raises FarmError that names the wrong one."""
    if not arguments:
        raise FarmError("modify needs at least one field, such as {'priority': 10}")
    return {str(name): _value(str(name), value) for name, value in arguments.items()}


def with_fields(job: Job, changes: Mapping[str, Any]) -> Job:
    """Give the job with these fields, which were checked."""
    rest = dict(changes)
    own = {name: rest.pop(name) for name in ("name", "pgrp") if name in rest}
    return replace(job, **own, fields=merged(job.fields, rest))


def check_modified(job: Job) -> None:
    """See that a job that was changed is still one; raises FarmError."""
    try:
        Job.from_dict(job.as_dict())
    except InvalidEvent as error:
        raise FarmError(f"modify: {error}") from None


def _value(name: str, value: object) -> object:
    if name not in MODIFIABLE and not name.startswith("prod_"):
        raise FarmError(f"modify does not change {name[:60]!r}{_nearest(name)}")
    if name == "pgrp":
        return _pgrp(value)
    if _TYPES.get(name) is int:
        return _integer(name, value)
    if _TYPES.get(name) is dict and not isinstance(value, Mapping):
        raise FarmError(f"modify: {name} must be a dict")
    if name == "name" and not (isinstance(value, str) and value):
        raise FarmError("modify: name must be text, not empty")
    return value


def _pgrp(value: object) -> JobId | None:
    """A process group has the id of a job."""
    if wrong := fault(value):
        raise FarmError(f"modify: pgrp {wrong}")
    return job_id(value, 0)


def _integer(name: str, value: object) -> int:
    """An integer, or text that is one: Perl does not tell the two apart."""
    if isinstance(value, str):
        value = integer(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise FarmError(f"modify: {name} must be an integer")
    if abs(value) > LARGEST_ID:
        raise FarmError(f"modify: {name} must be from -2^63+1 to 2^63-1")
    return value


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, MODIFIABLE, 1)
    return f"; did you mean {near[0]!r}?" if near else ""
