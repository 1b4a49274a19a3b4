"""The forms of settings: how each text of the environment is read, or what it must be.

Every form takes the text and gives its value; it raises ValueError with what the text must be.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

#: A century.
_MOST_DAYS = 36_500
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}
_SIZE = re.compile(r"(\d+)\s*([KMGT]?)(?:i?B)?\Z", re.IGNORECASE)
_HOST = re.compile(r"(?:\*|\.?[\w-]+(?:\.[\w-]+)*\.?|\[[0-9A-Fa-f:.]+\])\Z")
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def text(value: str) -> str:
    """Text as it stands."""
    return value


def path(value: str) -> Path:
    """A path, made absolute."""
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError:
        raise ValueError(
            "must be a path; it begins with the home directory of an unknown user"
        ) from None


def boolean(value: str) -> bool:
    """1, true, yes or on; 0, false, no, off or nothing."""
    lowered = value.strip().lower()
    if lowered in _TRUE | _FALSE:
        return lowered in _TRUE
    raise ValueError("must be 1 or 0")


def count(value: str) -> int:
    """A whole number, 0 or more."""
    if not value.strip().isdecimal():
        raise ValueError("must be a whole number")
    return int(value)


def positive(value: str) -> int:
    """A whole number, 1 or more."""
    number = count(value)
    if number < 1:
        raise ValueError("must be 1 or more")
    return number


def days(value: str) -> int:
    """Whole days, no more than the calendar can go back."""
    number = positive(value)
    if number > _MOST_DAYS:
        raise ValueError(f"must be {_MOST_DAYS:,} days at most")
    return number


def seconds(value: str) -> float:
    """Seconds, more than 0, with decimals if wanted."""
    try:
        number = float(value)
    except ValueError:
        number = -1
    if not 0 < number < 10**9:
        raise ValueError("must be seconds, more than 0")
    return number


def size(value: str) -> int:
    """Bytes, or with a unit: 512M, 1G."""
    match = _SIZE.match(value.strip())
    if not match:
        raise ValueError("must be a size such as 512M or 1G")
    return int(match[1]) * _UNITS[match[2].upper()]


def site_address(value: str) -> str:
    """Scheme and host of a site, with its port if need be: https://callbacks.example."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
        good = good and parts.path in ("", "/") and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good:
        raise ValueError("must be an address such as https://callbacks.example")
    return value


def time_zone(value: str) -> str:
    """A time zone by its name: Europe/Berlin."""
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):
        raise ValueError("must be a time zone such as Europe/Berlin") from None


def names(value: str) -> tuple[str, ...]:
    """A comma-separated list."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def hosts(value: str) -> tuple[str, ...]:
    """Names of hosts, as a browser sends them: callbacks.example, .example, *."""
    for name in names(value):
        if not _HOST.match(name):
            raise ValueError(
                "must hold names such as callbacks.example, without scheme and port; "
                f"{name!r} is none"
            )
    return names(value)


def networks(value: str) -> tuple[str, ...]:
    """Addresses and networks: 10.0.0.5, 10.0.0.0/8."""
    for name in names(value):
        try:
            ip_network(name, strict=False)
        except ValueError:
            raise ValueError(
                f"must hold addresses or networks such as 10.0.0.0/8; {name!r} is none"
            ) from None
    return names(value)


def one_of(*choices: str) -> Callable[[str], str]:
    """Exactly one of these words."""

    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be {' or '.join(choices)}")
        return value

    return read
