"""The mails that code strings send: their variables and the built-in templates.

Follows "Variables available for expansion in supervisor's mailed reports". How a variable
is written is documented nowhere; ours is `$NAME` or `${NAME}`, `EVENT` is ours too, and a
name that is none of these is left as it stands. A template file may begin with a line
`Subject: …` and an empty line; else the built-in subject is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qubecb import durations
from qubecb.jobs.fields import INSTANCE_FIELDS, ITEM_FIELDS, empty, has_come
from qubecb.runner.order import Order

JOB_VARIABLES: Mapping[str, str] = {
    "JOB_ACCOUNT": "account",
    "JOB_CLUSTER": "cluster",
    "JOB_CPUS": "cpus",
    "JOB_DATA": "data",
    "JOB_DOMAIN": "domain",
    "JOB_FLAGS": "flagsstring",
    "JOB_GLOBALORDER": "globalorder",
    "JOB_GROUPS": "groups",
    "JOB_HOSTORDER": "hostorder",
    "JOB_HOSTS": "hosts",
    "JOB_ID": "id",
    "JOB_KIND": "kind",
    "JOB_LABEL": "label",
    "JOB_LOCALORDER": "localorder",
    "JOB_NAME": "name",
    "JOB_OMITGROUPS": "omitgroups",
    "JOB_OMITHOSTS": "omithosts",
    "JOB_PACKAGE": "package",
    "JOB_PGRP": "pgrp",
    "JOB_PID": "pid",
    "JOB_PRIORITY": "priority",
    "JOB_PROTOTYPE": "prototype",
    "JOB_REQUIREMENTS": "requirements",
    "JOB_RESTRICTIONS": "restrictions",
    "JOB_STATUS": "status",
    "JOB_TIMEOUT": "timeout",
    "JOB_TYPE": "prototype",
    "JOB_USER": "user",
    "USER": "user",
}
JOB_TIMES: Mapping[str, str] = {
    "JOB_TIMECOMPLETE": "timecomplete",
    "JOB_TIMESTART": "timestart",
    "JOB_TIMESUBMIT": "timesubmit",
}
WORK_VARIABLES: Mapping[str, str] = {
    "WORK_NAME": "name",
    "WORK_HOST": "host",
    "WORK_STATUS": "status",
    "WORK_PID": "pid",
    "WORK_SUBID": "subid",
    "WORK_ADDRESS": "address",
    "WORK_RESULTPACKAGE": "resultpackage",
}
SUBJOB_VARIABLES: Mapping[str, str] = {
    "SUBJOB_ID": "id",
    "SUBJOB_STATUS": "status",
    "SUBJOB_PID": "pid",
    "SUBJOB_ADDRESS": "address",
}
#: Every name that a template may use.
VARIABLES = frozenset(
    {*JOB_VARIABLES, *JOB_TIMES, *WORK_VARIABLES, *SUBJOB_VARIABLES}
    | {"EVENT", "HOST", "JOB_TIMEELAPSED", "TRIGGERS"}
)
#: Characters of one value: a template may name it a thousand times.
LONGEST = 10_000
_VARIABLE = re.compile(r"\$(?:\{([A-Z][A-Z0-9_]*)\}|([A-Z][A-Z0-9_]*))")

_JOB_LINES = """\
Job:        $JOB_ID $JOB_NAME
Status:     $JOB_STATUS
User:       $JOB_USER
Event:      $EVENT
Trigger:    $TRIGGERS

Type:       $JOB_PROTOTYPE
Label:      $JOB_LABEL
Group:      $JOB_PGRP
Priority:   $JOB_PRIORITY
Instances:  $JOB_CPUS
Cluster:    $JOB_CLUSTER

Submitted:  $JOB_TIMESUBMIT
Started:    $JOB_TIMESTART
Completed:  $JOB_TIMECOMPLETE
Elapsed:    $JOB_TIMEELAPSED
"""
#: What is sent where the template file does not exist.
BUILT_IN: Mapping[str, str] = {
    "job": f"Subject: Qube: job $JOB_ID $JOB_STATUS: $JOB_NAME\n\n{_JOB_LINES}",
    "subjob": (
        "Subject: Qube: job $JOB_ID, instance $SUBJOB_ID $SUBJOB_STATUS: $JOB_NAME\n\n"
        "Instance:   $JOB_ID.$SUBJOB_ID\nStatus:     $SUBJOB_STATUS\nHost:       $HOST\n\n"
        f"{_JOB_LINES}"
    ),
    "work": (
        "Subject: Qube: job $JOB_ID, item $WORK_NAME $WORK_STATUS: $JOB_NAME\n\n"
        "Item:       $JOB_ID:$WORK_NAME\nStatus:     $WORK_STATUS\nHost:       $WORK_HOST\n"
        f"Instance:   $WORK_SUBID\nResult:     $WORK_RESULTPACKAGE\n\n{_JOB_LINES}"
    ),
    "license": (
        "Subject: Qube: licenses, after job $JOB_ID: $JOB_NAME\n\n"
        f"A callback asked for a report on licenses.\n\n{_JOB_LINES}"
    ),
}


def values(order: Order, info: Mapping[str, Any]) -> dict[str, str]:
    """Give every variable its text for one run; what does not apply is empty.

    `info` is the order's job as `jobinfo` gives it, with items and instances.
    """
    item = _part(order, info, "work", "agenda", "name")
    instance = _part(order, info, "subjob", "subjobs", "id")
    texts = {name: _text(info.get(key)) for name, key in JOB_VARIABLES.items()}
    texts |= {name: _moment(info.get(key)) for name, key in JOB_TIMES.items()}
    texts |= {name: _text(item.get(key)) for name, key in WORK_VARIABLES.items()}
    texts |= {name: _text(instance.get(key)) for name, key in SUBJOB_VARIABLES.items()}
    texts["JOB_TIMEELAPSED"] = _elapsed(info)
    texts["EVENT"] = order.event.spec
    texts["TRIGGERS"] = order.trigger
    host = order.event.extra if order.event.type == "host" else None
    texts["HOST"] = _text(host or item.get("host") or instance.get("host"))
    return texts


def expand(template: str, texts: Mapping[str, str]) -> str:
    """Put the variables' texts into a template."""

    def text_of(found: re.Match[str]) -> str:
        return texts.get(found.group(1) or found.group(2), found.group())

    return _VARIABLE.sub(text_of, template)


def split_subject(template: str) -> tuple[str, str]:
    """Part a template into its subject, or empty, and its body."""
    first, _, rest = template.replace("\r\n", "\n").partition("\n")
    if not first.startswith("Subject:"):
        return "", template
    return first.removeprefix("Subject:").strip(), rest.removeprefix("\n")


def _part(
    order: Order, info: Mapping[str, Any], kind: str, parts: str, key: str
) -> Mapping[str, Any]:
    """The item or instance that the event is about, as far as it is known."""
    if order.event.type != kind:
        return {}
    for part in info.get(parts) or ():
        if str(part.get(key)) == order.event.extra:
            return dict(part)
    known = empty(ITEM_FIELDS if kind == "work" else INSTANCE_FIELDS)
    return {**known, key: order.event.extra or "unknown", "pid": order.event.job.id}


def _text(value: object) -> str:
    """A value in one line, no longer than a mail can bear."""
    text = _line(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _line(value: object) -> str:
    """A dict as `key=value` pairs, a list with commas."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return " ".join(f"{key}={_line(member)}" for key, member in value.items())
    return (
        ",".join(map(_line, value)) if isinstance(value, list | tuple) else str(value)
    )


def _moment(value: object) -> str:
    seconds = _seconds(value)
    if not seconds:
        return "not yet"
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def _elapsed(info: Mapping[str, Any]) -> str:
    start, end = _seconds(info.get("timestart")), _seconds(info.get("timecomplete"))
    if not start or not end or end < start:
        return "not yet"
    return durations.clock(end - start)


def _seconds(value: object) -> float:
    """Unix seconds that a calendar knows, else 0."""
    if not has_come(value) or not isinstance(value, int | float):
        return 0.0
    return float(value) if 0 < value < 253402300800 else 0.0
