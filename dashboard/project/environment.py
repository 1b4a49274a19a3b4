"""Every setting: its name in the environment, its form, its default, and what it is for.

This table is the only place where the service reads its environment. `docs/settings.md` is
checked against it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from dashboard.project.setting_forms import (
    boolean,
    count,
    days,
    directories,
    hosts,
    limit,
    modules,
    networks,
    one_of,
    path,
    seconds,
    site_address,
    text,
    time_zone,
)
from qubecb.durations import DAY
from qubecb.errors import ConfigurationError


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
        "QUBECB_CALLBACK_PATH",
        directories,
        None,
        "Callback directories, over qb.conf's.",
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
        "QUBECB_RUNNER",
        one_of("auto", "fork", "fresh"),
        "auto",
        "How Python callbacks start: `auto`, `fork` or `fresh`.",
    ),
    Setting("QUBECB_PRELOAD", modules, "", "Modules that the Python host preloads."),
    Setting("QUBECB_RUN_AS", text, None, "Unix user that callbacks run as, when root."),
    Setting(
        "QUBECB_SPOOL_GROUP",
        text,
        None,
        "Unix group that may drop files into the spool.",
    ),
    Setting(
        "QUBECB_TIMEOUT", limit("timeout"), "60", "Seconds that a callback may run."
    ),
    Setting("QUBECB_MEMORY", limit("memory"), "1G", "Resident memory of one run."),
    Setting("QUBECB_CPU", limit("cpu"), None, "Processor seconds of one run."),
    Setting(
        "QUBECB_FILES",
        limit("files"),
        "1024",
        "Open files of one process of a callback.",
    ),
    Setting(
        "QUBECB_PROCESSES",
        limit("processes"),
        "512",
        "Processes and threads of one run.",
    ),
    Setting(
        "QUBECB_OUTPUT", limit("output"), "1M", "Output kept of one run, head and tail."
    ),
    Setting("QUBECB_NICE", limit("nice"), "0", "Niceness of callbacks."),
    Setting(
        "QUBECB_CONCURRENCY", count(1, 512), "8", "Callbacks that run at the same time."
    ),
    Setting(
        "QUBECB_GRACE",
        seconds(0.1, DAY),
        "30",
        "Seconds that runs have to finish when `work` ends.",
    ),
    Setting(
        "QUBECB_FARM_TIMEOUT",
        seconds(0.1, DAY),
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
        days,
        "30",
        "Days without an event after which a job is no longer attached.",
    ),
    Setting(
        "QUBECB_PROGRESS_DAYS",
        days,
        "30",
        "Days after which the progress of an && is dropped.",
    ),
    Setting(
        "QUBECB_BACKLOG",
        count(1, 100_000_000),
        "100000",
        "Waiting events above which senders get 429.",
    ),
    Setting("QUBECB_RETENTION_DAYS", days, "90", "Days that events and runs are kept."),
    Setting(
        "QUBECB_RETENTION_RUNS",
        count(0, 10_000_000_000),
        "0",
        "Most runs that are kept; 0: no limit.",
    ),
    Setting(
        "QUBECB_READ_ONLY",
        boolean,
        "0",
        "1: mappings cannot be changed here, and unsaved ones cannot be tried.",
    ),
    Setting(
        "QUBECB_ALLOWED_HOSTS",
        hosts,
        "",
        "Host names of the service besides those of the machine.",
    ),
    Setting(
        "QUBECB_PUBLIC_URL",
        site_address,
        None,
        "Address at which people open the pages.",
    ),
    Setting(
        "QUBECB_TRUSTED_PROXIES",
        networks,
        "",
        "Addresses of proxies in front of the web server.",
    ),
    Setting(
        "QUBECB_TIME_ZONE",
        time_zone,
        "UTC",
        "Time zone of the pages where neither a person nor a browser names one, such as Europe/Berlin.",
    ),
    Setting("QUBECB_WEB_THREADS", count(1, 256), "8", "Threads of the web server."),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}
_PREFIX = "QUBECB_"
#: Without the prefix.
_KNOWN = {
    name.removeprefix(_PREFIX)
    for each in SETTINGS
    for name in (each.name, *([f"{each.name}_FILE"] if each.secret else []))
}
#: What callbacks are given and may start us with, and what our own tests read.
_NOT_OURS = (
    *("QUBECB_RUN_ID", "QUBECB_EVENT", "QUBECB_SUBID", "QUBECB_WORKID"),
    *("QUBECB_FARM_FD", "QUBECB_TEST"),
)


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

    def check(self) -> None:
        """Read every setting once; raises ConfigurationError for the first that is wrong."""
        for setting in SETTINGS:
            self.get(setting.name)

    def ignored(self) -> Iterator[str]:
        """Give a sentence for each variable that looks like a setting and is none."""
        for name in sorted(self._environ):
            word = name.removeprefix(_PREFIX)
            if word == name or word in _KNOWN or name.startswith(_NOT_OURS):
                continue
            near = get_close_matches(word.upper()[:60], _KNOWN, 1, 0.7)
            hint = f"; did you mean {_PREFIX}{near[0]}?" if near else ""
            yield f"{name} is not a setting and is ignored{hint}"

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
