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

from qubecb.conffile.document import shown
from qubecb.conffile.options import OPTION_KINDS, written
from qubecb.conffile.qb_conf import directory_fault
from qubecb.digits import whole_number

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}
_SIZE = re.compile(r"([0-9]+)\s*([KMGT]?)(?:i?B)?\Z", re.ASCII | re.IGNORECASE)
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


def count(least: int, most: int) -> Callable[[str], int]:
    """A whole number of this range."""

    def read(value: str) -> int:
        number = whole_number(value.strip(), least, most)
        if number is None:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return number

    return read


#: Whole days, up to a century.
days = count(1, 36_500)


def seconds(least: float, most: float) -> Callable[[str], float]:
    """Seconds of this range, with decimals if wanted."""

    def read(value: str) -> float:
        try:
            number = float(value) if value.isascii() else -1
        except ValueError:
            number = -1
        if not least <= number <= most:
            raise ValueError(f"must be seconds, from {least:g} to {most:.0f}")
        return number

    return read


def size(least: int, most: int) -> Callable[[str], int]:
    """Bytes of this range, or with a unit: 512M, 1G."""

    def read(value: str) -> int:
        match = _SIZE.match(value.strip())
        number = whole_number(match[1]) if match else None
        number = number * _UNITS[match[2].upper()] if match and number else number
        if number is None or not least <= number <= most:
            between = f"from {written(least, 'bytes')} to {written(most, 'bytes')}"
            raise ValueError(f"must be a size such as 512M or 1G, {between}")
        return number

    return read


def limit(option: str) -> Callable[[str], float]:
    """What a callback may ask for in its comment line, as the site's own limit."""
    kind = OPTION_KINDS[option]
    if kind.unit == "seconds":
        return seconds(kind.least, kind.most)
    form = size if kind.unit == "bytes" else count
    return form(int(kind.least), int(kind.most))


def site_address(value: str) -> str:
    """Scheme and host of a site, with its port if need be: https://callbacks.example."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
        good = good and parts.path in ("", "/") and (parts.port or 1) > 0
        good = good and not (parts.query or parts.fragment or "@" in parts.netloc)
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


def directories(value: str) -> tuple[str, ...]:
    """Callback directories: a comma-separated list."""
    for path in names(value):
        fault = directory_fault(path)
        if fault:
            raise ValueError(f"must be paths that can be kept; {shown(path)} {fault}")
    return names(value)


def modules(value: str) -> tuple[str, ...]:
    """Names of Python modules: json, email.mime.text."""
    for name in names(value):
        if not all(part.isidentifier() for part in name.split(".")):
            raise ValueError(
                f"must be names of modules such as email.mime.text; {name!r} is not one"
            )
    return names(value)


def hosts(value: str) -> tuple[str, ...]:
    """Names of hosts, as a browser sends them: callbacks.example, .example, *."""
    for name in names(value):
        if not _HOST.match(name):
            raise ValueError(
                "must be names such as callbacks.example, without scheme and port; "
                f"{name!r} is not one"
            )
    return names(value)


def networks(value: str) -> tuple[str, ...]:
    """Addresses and networks: 10.0.0.5, 10.0.0.0/8."""
    for name in names(value):
        try:
            ip_network(name, strict=False)
        except ValueError:
            raise ValueError(
                f"must be addresses or networks such as 10.0.0.0/8; {name!r} is not one"
            ) from None
    return names(value)


def one_of(*choices: str) -> Callable[[str], str]:
    """Exactly one of these words."""

    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be {', '.join(choices[:-1])} or {choices[-1]}")
        return value

    return read
