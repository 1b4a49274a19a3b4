"""What a script gave to `qb.jobinfo`, read into a JobQuery: the one place for all languages.

Follows "The qb module available inside the callback": command-line style pairs, such as
`"-id", 1234, "-status", "failed"`. Perl also writes them without the dash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qubecb.digits import integer
from qubecb.errors import BadTarget, FarmError
from qubecb.jobs.ids import JobId, fault, job_id
from qubecb.jobs.unstorable import unstorable
from qubecb.runner.farm.port import JobQuery

#: Every key that a script may give, and the field of the query that it means.
KEYS: Mapping[str, str] = {
    "id": "id",
    "pgrp": "pgrp",
    "pid": "pid",
    "label": "label",
    "name": "name",
    "user": "user",
    "status": "status",
    "cluster": "cluster",
    "kind": "kind",
    "prototype": "prototype",
    "type": "prototype",
    "priority": "priority",
}
INTEGERS = frozenset({"id", "pgrp", "pid", "priority"})
#: Items and instances are always given, so asking for them changes nothing.
ALWAYS = frozenset({"agenda", "subjobs", "callbacks", "long"})
MOST_VALUES = 10_000
#: The functions of qb that ask for jobs.
ASKING = ("jobinfo", "jobstatus", "subjobstatus", "workstatus", "sibling")


def parse_pairs(pairs: Sequence[Any], function: str = "jobinfo") -> JobQuery:
    """Read command-line style pairs into a query; none at all means every job.

    A key may be given several times or with several values. Raises FarmError for an unknown
    key and for a missing or wrong value, and BadTarget for id 0; the message names the
    function that the script called.
    """
    wanted: dict[str, tuple[JobId, ...]] = {}
    rest = list(reversed(pairs))
    while rest:
        key = _key(rest.pop())
        if key in ALWAYS:
            if rest and isinstance(rest[-1], bool | int):
                rest.pop()
            continue
        if not rest:
            raise FarmError(f"jobinfo: -{key} needs a value")
        values = _flat(rest.pop())
        while rest and not _is_key(rest[-1]):
            values += _flat(rest.pop())
        whose = _whose(function, key)
        read = tuple(one for value in values for one in _read(key, whose, value))
        wanted[KEYS[key]] = (*wanted.get(KEYS[key], ()), *read)
        if len(wanted[KEYS[key]]) > MOST_VALUES:
            raise FarmError(f"jobinfo: more than {MOST_VALUES} values of -{key}")
        if not wanted[KEYS[key]]:
            raise FarmError(f"jobinfo: -{key} was given an empty list")
    return JobQuery(**wanted)  # type: ignore[arg-type]  # _read gives each its type


def matches(query: JobQuery, info: Mapping[str, Any]) -> bool:
    """Whether a job, as `jobinfo` gives it, is one that the query means."""
    return all(
        info.get(name) in wanted
        for name in JobQuery.__dataclass_fields__
        if (wanted := getattr(query, name))
    )


def _key(given: object) -> str:
    name = given.removeprefix("-").removeprefix("-") if isinstance(given, str) else ""
    if name in KEYS or name in ALWAYS:
        return name
    known = ", ".join(f"-{key}" for key in KEYS)
    raise FarmError(f"jobinfo: {str(given)[:60]!r} is not one of {known}")


def _is_key(given: object) -> bool:
    """A dash and a letter begin a key; without a dash only a known key is one."""
    if not isinstance(given, str):
        return False
    return (given[:1] == "-" and given[1:2].isalpha()) or given in KEYS


def _flat(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _whose(function: str, key: str) -> str:
    """How an error names a value: only `jobinfo` is given its keys by the script."""
    return f"{function}: -{key}" if function == "jobinfo" else f"{function}: the {key}"


def _read(key: str, whose: str, value: object) -> Iterable[str | int]:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise FarmError(f"{whose} takes text or integers")
    if key not in INTEGERS:
        return _texts(key, whose, str(value))
    if key == "priority":
        return [_integer(whose, part.strip()) for part in str(value).split(",")]
    return [_id(key, whose, part.strip()) for part in str(value).split(",")]


def _texts(key: str, whose: str, value: str) -> list[str]:
    for problem in unstorable(value, ""):
        raise FarmError(f"{whose} {problem.message}")
    return value.split(",") if key == "status" else [value]


def _integer(whose: str, text: str) -> int:
    number = integer(text)
    if number is None:
        raise FarmError(
            f"{whose} takes integers up to 2^63-1, and {text[:60]!r} is not one"
        )
    return number


def _id(key: str, whose: str, text: str) -> JobId:
    if wrong := fault(text):
        raise FarmError(f"{whose} {wrong}, and {text[:60]!r} is not that")
    identity = job_id(text, 0)
    if key in ("id", "pgrp") and identity == 0:
        raise BadTarget(
            f"{whose} 0 means all of the user's jobs to Qube and is refused; "
            "jobinfo without any pair gives all jobs"
        )
    return identity or 0
