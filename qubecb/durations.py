"""Durations as people read them: one form for each thing that a duration can be."""

from __future__ import annotations

#: In seconds.
MINUTE, HOUR, DAY = 60, 3600, 86400


def measured(seconds: float) -> str:
    """What something took: `12 ms`, `1.4 s`, `2 min 5 s`, `3 h 10 min`."""
    if seconds < 0.9995:
        return f"{round(max(seconds, 0) * 1000)} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < HOUR:
        return _two(whole // MINUTE, "min", whole % MINUTE, "s")
    return _two(whole // HOUR, "h", whole % HOUR // MINUTE, "min")


def bound(seconds: float) -> str:
    """The end of a range: `5 ms`, `2.5 s`, `5 min`."""
    if seconds < 1:
        return f"{seconds * 1000:g} ms"
    return f"{seconds:g} s" if seconds < MINUTE else f"{seconds / MINUTE:g} min"


def limit(seconds: float) -> str:
    """A limit as somebody has set it: `0.5 s`, `300 s`."""
    return f"{seconds:g} s"


def clock(seconds: float) -> str:
    """As Qube's mails have it: `3:10:05`."""
    minutes, rest = divmod(int(seconds), MINUTE)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def interval(seconds: int) -> str:
    """What is repeated, in its largest whole unit: `5 minutes`, `90 seconds`."""
    for unit, size in (("day", DAY), ("hour", HOUR), ("minute", MINUTE)):
        if seconds % size == 0:
            return _count(seconds // size, unit)
    return _count(seconds, "second")


def _two(large: int, unit: str, small: int, part: str) -> str:
    return f"{large} {unit} {small} {part}" if small else f"{large} {unit}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
