"""The settings of one callback, from the comment lines directly above its mapping.

::

    # qubecb: timeout=300 memory=4G
    slowReport.py = done-job-self

Qube ignores them, as every comment, and they move with their mapping. This is our decision;
the documentation knows no such thing. A setting that cannot be read is left out and reported;
the mapping itself stays good.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Literal

KIBIBYTE = 1024
_FACTORS = {"": 1, "K": KIBIBYTE, "M": KIBIBYTE**2, "G": KIBIBYTE**3}
_VALUE = re.compile(r"(?P<number>-?[0-9]{1,15}(?:\.[0-9]{1,6})?)(?P<unit>[A-Za-z]*)\Z")
_WORD = re.compile(r"[^ \t\v\f]+")

Unit = Literal["seconds", "bytes", "count"]


@dataclass(frozen=True, slots=True)
class OptionKind:
    """What one key takes: its unit, its bounds, and its meaning for the documentation."""

    unit: Unit
    least: float
    most: float
    meaning: str
    example: str


OPTION_KINDS: Mapping[str, OptionKind] = {
    "timeout": OptionKind(
        "seconds", 0.1, 604800, "seconds it may run before it is stopped", "300"
    ),
    "memory": OptionKind(
        "bytes",
        16 * KIBIBYTE**2,
        1024 * KIBIBYTE**3,
        "resident memory of all its processes together",
        "4G",
    ),
    "cpu": OptionKind(
        "seconds", 1, 604800, "processor seconds of the callback's own process", "60s"
    ),
    "files": OptionKind("count", 16, 1048576, "files a process may have open", "256"),
    "processes": OptionKind(
        "count", 1, 32768, "processes and threads it may have at a time", "64"
    ),
    "output": OptionKind(
        "bytes", 0, 16 * KIBIBYTE**2, "bytes of its output that are kept", "4M"
    ),
    "nice": OptionKind("count", 0, 19, "how far it yields to other processes", "10"),
    "concurrency": OptionKind(
        "count", 1, 64, "how many of its runs may run at the same time", "1"
    ),
}


@dataclass(frozen=True, slots=True)
class CallbackOptions:
    """What one callback asks for, in seconds, bytes and counts; None: the site's setting."""

    timeout: float | None = None
    memory: int | None = None
    cpu: float | None = None
    files: int | None = None
    processes: int | None = None
    output: int | None = None
    nice: int | None = None
    concurrency: int | None = None

    def as_dict(self) -> dict[str, float | int]:
        """Only what is set, for JSON."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {key: value for key, value in values.items() if value is not None}

    @classmethod
    def from_dict(cls, values: Mapping[str, float | int]) -> CallbackOptions:
        """The opposite of `as_dict`; keys of a newer version are left out."""
        return cls(
            **{key: value for key, value in values.items() if key in OPTION_KINDS}  # type: ignore[arg-type]  # the keys decide the types
        )

    def __str__(self) -> str:
        """As in a comment line, after `# qubecb: `."""
        return " ".join(
            f"{key}={written(value, OPTION_KINDS[key].unit)}"
            for key, value in self.as_dict().items()
        )


@dataclass(frozen=True, slots=True)
class OptionProblem:
    """A setting that cannot be read: line, columns (0-based, half open), and what to do."""

    line: int
    start: int
    end: int
    message: str
    hint: str


def parse_options(
    text: str, line: int, start: int, above: Collection[str] = ()
) -> tuple[dict[str, float | int], list[OptionProblem]]:
    """Read what follows `# qubecb:` on one line.

    Takes the text, the line's number, the text's column in it (0-based), and the keys that
    lines above it have set. Gives the settings that can be read and a problem for each
    that cannot.
    """
    values: dict[str, float | int] = {}
    problems = []
    for word in _WORD.finditer(text):
        key, equals, value = word[0].partition("=")
        fault = _fault(key, equals, value, key in values or key in above)
        if fault is None:
            values[key] = _number(value, OPTION_KINDS[key].unit)
        else:
            at = (line, start + word.start(), start + word.end())
            problems.append(OptionProblem(*at, *fault))
    return values, problems


def _fault(key: str, equals: str, value: str, given: bool) -> tuple[str, str] | None:
    """What is wrong with one `key=value`, and what to do; None if nothing is."""
    kind = OPTION_KINDS.get(key)
    if not equals or kind is None:
        what = f"{key!r} is not a setting" if equals else f"{key!r} is not key=value"
        return what, f"the settings are {', '.join(OPTION_KINDS)}"
    if given:
        return f"{key} is given twice", "the first one counts; remove the other"
    example = f"for example {key}={kind.example}"
    match = _VALUE.match(value)
    if match is None or match["unit"] not in _units(kind.unit):
        return (
            f"{value!r} is not a value for {key}",
            f"{_UNIT_HINTS[kind.unit]}, {example}",
        )
    if kind.unit != "seconds" and "." in match["number"] and not match["unit"]:
        return f"{key} must be a whole number", example
    if not kind.least <= _number(value, kind.unit) <= kind.most:
        least, most = (written(bound, kind.unit) for bound in (kind.least, kind.most))
        return f"{key}={value} is out of range", f"from {least} to {most}, {example}"
    return None


_UNIT_HINTS = {
    "seconds": "a number of seconds, with or without s",
    "bytes": "a number of bytes, or one with K, M or G",
    "count": "a whole number",
}


def _units(unit: Unit) -> tuple[str, ...]:
    if unit == "bytes":
        return tuple(_FACTORS)
    return ("", "s") if unit == "seconds" else ("",)


def _number(value: str, unit: Unit) -> float | int:
    """The value in seconds, bytes or as a count; it is known to be well formed."""
    match = _VALUE.match(value)
    number = float(match["number"]) if match else 0.0
    if unit == "seconds":
        return number
    return int(number * _FACTORS[match["unit"] if match else ""])


def written(value: float | int, unit: Unit) -> str:
    """A number as short as it can be written without changing it: 4294967296 is 4G."""
    if unit == "bytes" and value:
        for letter in ("G", "M", "K"):
            if value % _FACTORS[letter] == 0:
                return f"{int(value) // _FACTORS[letter]}{letter}"
    return f"{value:.6f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))
