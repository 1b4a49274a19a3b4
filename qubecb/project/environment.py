"""Every setting: its name in the environment, its form, its default, and what it is for.

This table is the only place where the service reads its environment. `docs/settings.md` is
checked against it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from qubecb.errors import ConfigurationError

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}
_SIZE = re.compile(r"(\d+)\s*([KMGT]?)(?:i?B)?\Z", re.IGNORECASE)
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


def one_of(*choices: str) -> Callable[[str], str]:
    """Exactly one of these words."""

    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be {' or '.join(choices)}")
        return value

    return read


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `default` is written as it would be in the environment; None: not set."""

    name: str
    read: Callable[[str], Any]
    default: str | None
    help: str
    secret: bool = False


SETTINGS = (
    Setting("QUBECB_DATA", path, "./var", "The data directory."),
    Setting(
        "QUBECB_CALLBACK_PATH", names, None, "Callback directories, over qb.conf's."
    ),
    Setting("QUBECB_QB_CONF", path, None, "qb.conf; /etc/qb.conf if it exists."),
    Setting(
        "QUBECB_DATABASE_URL",
        text,
        None,
        "postgresql://user:password@host:port/name; SQLite in the data directory if not set.",
        secret=True,
    ),
    Setting(
        "QUBECB_BIND", text, "127.0.0.1:8000", "Address and port of the web server."
    ),
    Setting(
        "QUBECB_ADMIN_PASSWORD",
        text,
        None,
        "The first administrator's password; generated and printed once if not set.",
        secret=True,
    ),
    Setting(
        "QUBECB_SECRET_KEY",
        text,
        None,
        "Signs sessions; generated if not set.",
        secret=True,
    ),
    Setting(
        "QUBECB_PYTHON", text, None, "Interpreter of Python callbacks, 3.6 or newer."
    ),
    Setting("QUBECB_PERL", text, "perl", "Interpreter of Perl callbacks."),
    Setting(
        "QUBECB_RUNNER", one_of("auto", "fork", "fresh"), "auto", "How Python starts."
    ),
    Setting(
        "QUBECB_PRELOAD", names, "", "Modules that the Python host loads beforehand."
    ),
    Setting("QUBECB_RUN_AS", text, None, "Unix user that callbacks run as, when root."),
    Setting(
        "QUBECB_SPOOL_GROUP",
        text,
        None,
        "Unix group that may drop files into the spool.",
    ),
    Setting("QUBECB_TIMEOUT", seconds, "60", "Seconds that a callback may run."),
    Setting("QUBECB_MEMORY", size, "1G", "Resident memory of one run."),
    Setting("QUBECB_CPU", seconds, None, "Processor seconds of one run."),
    Setting("QUBECB_FILES", positive, "1024", "Open files of a callback's process."),
    Setting("QUBECB_PROCESSES", positive, "512", "Processes and threads of one run."),
    Setting("QUBECB_OUTPUT", size, "1M", "Output kept of one run, head and tail."),
    Setting("QUBECB_NICE", count, "0", "Niceness of callbacks."),
    Setting("QUBECB_CONCURRENCY", positive, "8", "Callbacks that run at a time."),
    Setting(
        "QUBECB_GRACE",
        seconds,
        "30",
        "Seconds that `work` lets runs finish at its end.",
    ),
    Setting(
        "QUBECB_FARM_TIMEOUT",
        seconds,
        "30",
        "Seconds that a qb call waits for the farm.",
    ),
    Setting(
        "QUBECB_BINDING",
        one_of("submission", "live"),
        "submission",
        "Which revision counts for a job: the one at its submission, or the current one.",
    ),
    Setting(
        "QUBECB_ATTACHED_DAYS",
        positive,
        "30",
        "Days without an event until a job is let go.",
    ),
    Setting(
        "QUBECB_PROGRESS_DAYS",
        positive,
        "30",
        "Days until progress of an && is dropped.",
    ),
    Setting(
        "QUBECB_BACKLOG",
        positive,
        "100000",
        "Events not yet planned, past which 429 is given.",
    ),
    Setting(
        "QUBECB_RETENTION_DAYS", positive, "90", "Days that events and runs are kept."
    ),
    Setting("QUBECB_RETENTION_RUNS", count, "0", "Runs kept at most; 0: no bound."),
    Setting(
        "QUBECB_READ_ONLY",
        boolean,
        "0",
        "1: nobody can change mappings here, or try unsaved ones.",
    ),
    Setting(
        "QUBECB_ALLOWED_HOSTS",
        names,
        "",
        "Names of the service besides the machine's own.",
    ),
    Setting(
        "QUBECB_PUBLIC_URL",
        site_address,
        None,
        "Address under which people reach the pages.",
    ),
    Setting(
        "QUBECB_TRUSTED_PROXIES",
        names,
        "",
        "Addresses of proxies in front of the web server.",
    ),
    Setting(
        "QUBECB_TIME_ZONE",
        time_zone,
        "UTC",
        "Time zone of the pages, such as Europe/Berlin.",
    ),
    Setting("QUBECB_WEB_THREADS", positive, "8", "Threads of the web server."),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


class Environment:
    """The settings as the environment gives them.

    Raises ConfigurationError that names the variable, what it holds (unless it is a secret)
    and what it must be.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ

    def get(self, name: str) -> Any:
        """Give one setting, read into its type; None where it has no default and is not set."""
        setting = BY_NAME[name]
        raw = self._raw(setting)
        if raw is None:
            return None
        try:
            return setting.read(raw)
        except ValueError as error:
            shown = "" if setting.secret else f" (it is {raw!r})"
            raise ConfigurationError(f"{name} {error}{shown}") from None

    def is_set(self, name: str) -> bool:
        """Whether somebody set it, if only to its default."""
        return bool(self._environ.get(name))

    def _raw(self, setting: Setting) -> str | None:
        value = self._environ.get(setting.name, "")
        if value != "":
            return value
        file = self._environ.get(f"{setting.name}_FILE") if setting.secret else None
        if not file:
            return setting.default
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            what = f"cannot be read: {error.strerror}"
        except ValueError:
            what = "is not text in UTF-8"
        raise ConfigurationError(f"{setting.name}_FILE: {file} {what}")
