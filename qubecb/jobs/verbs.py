"""What each verb of Qube does to a job, as one table, used by `acts` and `applying`.

Follows "Command Line Reference", "Jobs, Instances and Frames panels" and "Job States" of
Qube's documentation; rows marked D are our decision where it is silent (docs/qb-module.md).

Two rules hold for all of them: a verb on an object that is in no state for it changes
nothing and leaves it out of what it affected; and a job's verb says one thing only, one
event, however many instances and items change with the job.

The names alone stand twice more: in `qb.py` and `qb_calls.pm` of `qubecb/runner/hosting/inside`,
which run in interpreters that cannot import this. They are typed there and a test holds them
equal; generating them would take more code than the lists have. Which of the verbs a code string
may use is the Qube language's own choice (`qubecb.runner.qcb.code_strings`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qubecb.errors import BadTarget, UnknownVerb
from qubecb.jobs.fields import ENDED, RUNNING
from qubecb.jobs.statuses import ALL, NONE, Statuses
from qubecb.jobs.targets import INSTANCE, ITEM, JOB, Target, parse_target


def _only(*statuses: str) -> Statuses:
    """These statuses; every one that means that something runs counts as `running`."""
    more = RUNNING if "running" in statuses else frozenset()
    return Statuses(frozenset({*statuses, *more}))


_ENDED = Statuses(ENDED)
_ACTIVE = Statuses(ENDED, others=True)
_UNBLOCKED = Statuses(ENDED | {"blocked"}, others=True)
_KILLABLE = _only("running", "pending", "blocked", "badlogin")


@dataclass(frozen=True, slots=True)
class Verb:
    """One row: what it is done to, from which statuses, what that becomes, what it says."""

    name: str
    #: The kinds of target it takes.
    on: tuple[str, ...]
    allowed: Statuses
    #: The new status of job, instance or item; None leaves it as it is.
    becomes: str | None = None
    #: Which items change with a job, and into what.
    items: tuple[Statuses, str] = (NONE, "")
    #: The name of the event that the change means, or None.
    event: str | None = None
    #: "instances", "ids", "texts" or "items": what the function gives back.
    gives: str = "instances"


_BOTH = (JOB, INSTANCE)
_ROWS = (
    Verb(
        "block", _BOTH, _UNBLOCKED, "blocked", (_only("running"), "pending"), "blocked"
    ),
    Verb("unblock", _BOTH, _only("blocked"), "pending", event="unblock"),
    Verb("kill", _BOTH, _KILLABLE, "killed", (_ACTIVE, "killed"), "killed"),
    Verb("fail", _BOTH, _ACTIVE, "failed", (_ACTIVE, "failed"), "failed"),
    Verb("retire", _BOTH, _ACTIVE, "complete", event="complete"),
    Verb("retry", _BOTH, _ENDED, "pending", (_ENDED, "pending")),
    Verb("requeue", _BOTH, _ENDED, "blocked", (_ENDED, "blocked"), "blocked"),
    Verb("migrate", _BOTH, _only("running"), "pending", (_only("running"), "pending")),
    Verb(
        "interrupt", _BOTH, _only("running"), "pending", (_only("running"), "pending")
    ),
    Verb("preempt", _BOTH, _only("running"), "pending"),
    Verb("suspend", _BOTH, _only("running"), "suspended"),
    Verb("resume", _BOTH, _only("suspended"), "running"),
    Verb("shove", (JOB,), _ACTIVE, gives="texts"),
    Verb("top", (JOB,), _ACTIVE, gives="ids"),
    Verb("bottom", (JOB,), _ACTIVE, gives="ids"),
    Verb("modify", (JOB,), _ACTIVE, event="modified", gives="ids"),
    Verb("remove", (JOB,), ALL, event="removed", gives="ids"),
    Verb("blockwork", (ITEM,), _only("pending"), "blocked", event="blocked"),
    Verb("unblockwork", (ITEM,), _only("blocked"), "pending", event="unblock"),
    Verb("killwork", (ITEM,), _KILLABLE, "killed", event="killed"),
    Verb("failwork", (ITEM,), _ACTIVE, "failed", event="failed"),
    Verb("retirework", (ITEM,), _ACTIVE, "complete", event="complete"),
    Verb("retrywork", (ITEM,), _ENDED, "pending"),
    Verb("requeuework", (ITEM,), _ENDED, "blocked", event="blocked"),
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
            f"{verb} takes agenda items, written like {target.job}:7, and {text!r} is not one"
        )
    raise BadTarget(f"{verb} takes whole jobs, and {text!r} is an instance")
