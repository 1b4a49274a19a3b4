"""Every documented field of a job, an agenda item and a job instance.

Follows "Python API Reference" of Qube's documentation (`qb.Job`, `qb.Work`, `qb.Subjob`).
The defaults that it does not give are ours: a limit that is not set is -1, `priority` is the
supervisor's own default, 9999, and a time that has not come is the zero of the Qube epoch,
as in the one public dump of what a real `jobinfo` gave.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

#: What a job, an item or an instance can be.
STATUSES = (
    "complete",
    "failed",
    "killed",
    "blocked",
    "waiting",
    "suspended",
    "pending",
    "running",
    "unknown",
    "badlogin",
    "registering",
    "dying",
    "exiting",
    "failing",
    "retrying",
)
#: Statuses that count as running for a verb.
RUNNING = frozenset(
    {"running", "registering", "dying", "exiting", "failing", "retrying"}
)
#: A time that has not come, as `jobinfo` gives it: second 0 of Qube time. Sources also send 0.
NOT_YET = 946702800
#: Nothing more happens by itself.
ENDED = frozenset({"complete", "failed", "killed"})


@dataclass(frozen=True, slots=True)
class Field:
    """One key of what `qb.jobinfo` gives: its name, its type, and what it is when unknown."""

    name: str
    type: type
    default: Any = None


def _texts(names: str) -> tuple[Field, ...]:
    return tuple(Field(name, str) for name in names.split())


def _integers(names: str, default: int = 0) -> tuple[Field, ...]:
    return tuple(Field(name, int, default) for name in names.split())


TIMES = _integers("timesubmit timestart timecomplete lastupdate", NOT_YET)
#: Fields of a job that are Unix seconds.
JOB_TIMES = (*(field.name for field in TIMES), "deadline")

JOB_FIELDS: tuple[Field, ...] = (
    *_integers("id pid pgrp"),
    *_texts("name label user account domain kind prototype"),
    Field("priority", int, 9999),
    Field("cpus", int, 1),
    *_integers("todo"),
    Field("cluster", str, "/"),
    *_texts("hosts groups omithosts omitgroups hostorder"),
    *_texts("requirements reservations restrictions"),
    Field("status", str, "unknown"),
    *_texts("reason dependency flagsstring mailaddress notes cwd"),
    *_texts("agendastatus subjobstatus"),
    Field("package", dict),
    Field("env", dict),
    Field("data", str),
    Field("agenda", list),
    Field("subjobs", list),
    Field("callbacks", list),
    *TIMES,
    *_integers("deadline", NOT_YET),
    *_integers("flags globalorder localorder serverid agendatimeout"),
    *_integers("p_agenda_priority p_agenda_cpus"),
    *_texts("queue path sourcehost prototypepath"),
    Field("pathmap", dict),
    Field("drivemap", dict),
    Field("p_agenda", list),
    *_integers("timeout timelimit agenda_timeout agenda_timelimit max_cpus", -1),
    *_integers("retrywork retrysubjob retrywork_delay"),
    Field("todotally", dict),
    Field("cpustally", dict),
    *_texts("prod_show prod_seq prod_shot prod_client prod_dept"),
    *_texts("prod_custom1 prod_custom2 prod_custom3 prod_custom4 prod_custom5"),
    *_texts("preflights postflights agenda_preflights agenda_postflights"),
)

ITEM_FIELDS: tuple[Field, ...] = (
    Field("pid", int),
    Field("subid", int, -1),
    *_texts("host name"),
    Field("status", str, "unknown"),
    *_texts("address"),
    Field("package", dict),
    Field("resultpackage", dict),
    *_integers("count retry retrydelay"),
    *TIMES,
)

INSTANCE_FIELDS: tuple[Field, ...] = (
    *_integers("id pid"),
    *_texts("host"),
    *_integers("count retry"),
    Field("status", str, "unknown"),
    *TIMES,
)


def has_come(moment: object) -> bool:
    """Whether a time is one: neither 0, nor the Qube epoch's zero, nor something else."""
    number = isinstance(moment, int | float) and not isinstance(moment, bool)
    return number and moment not in (0, NOT_YET)


def empty(fields: Iterable[Field]) -> dict[str, Any]:
    """A dict with every one of these fields at its default; lists and dicts are fresh."""
    return {
        field.name: field.type() if field.default is None else field.default
        for field in fields
    }


def tally(statuses: Iterable[str]) -> dict[str, int]:
    """Count statuses as `todotally` and `cpustally` do: every status is a key."""
    counts = dict.fromkeys(STATUSES, 0)
    for status in statuses:
        counts[status or "unknown"] = counts.get(status or "unknown", 0) + 1
    return counts
