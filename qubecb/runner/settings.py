"""What the runner is told once, when the service starts."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from qubecb.conffile.qb_mail import MailSettings
from qubecb.digits import is_digits, whole_number
from qubecb.errors import ConfigurationError

#: What the system takes for no user at all.
NOBODY = 2**32 - 1

Mode = Literal["auto", "fork", "fresh"]

#: What most callbacks import; loaded once by the host. QUBECB_PRELOAD adds to it.
COMMON_MODULES = (
    *("collections", "datetime", "json", "logging", "os", "re", "shutil", "socket"),
    *("subprocess", "sys", "tempfile", "time", "traceback", "linecache", "random"),
    *("smtplib", "email.mime.text", "urllib.request", "threading"),
)


@dataclass(frozen=True, slots=True)
class User:
    """The Unix user that callbacks run as."""

    name: str
    uid: int
    gid: int
    groups: tuple[int, ...]
    home: str

    @classmethod
    def named(cls, text: str) -> User:
        """Find a user by name or number; a number may be one that has no name.

        Raises ConfigurationError when there is none, or when we may not become it.
        """
        if os.geteuid() != 0:
            raise ConfigurationError(
                f"QUBECB_RUN_AS: callbacks cannot run as {text}:"
                " only a service started by root can do that"
            )
        number = _number(text)
        try:
            entry = pwd.getpwnam(text) if number is None else pwd.getpwuid(number)
        except KeyError:
            if number is None:
                raise ConfigurationError(
                    f"QUBECB_RUN_AS: there is no user {text!a}"
                ) from None
            return cls(text, number, number, (), "/")
        if entry.pw_uid == 0:
            raise ConfigurationError(
                f"QUBECB_RUN_AS: {text} is root, who may do everything; name a user that"
                " may do little, or leave it out to run callbacks as the service itself"
            )
        groups = tuple(os.getgrouplist(entry.pw_name, entry.pw_gid))
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid, groups, entry.pw_dir)


def _number(text: str) -> int | None:
    """The number of a user, or None for a name. Raises ConfigurationError."""
    if not is_digits(text):
        return None
    number = whole_number(text, most=NOBODY - 1)
    if number is None:
        raise ConfigurationError(f"QUBECB_RUN_AS: {text[:60]} is not a user's number")
    return number


def default_python() -> str:
    """The interpreter that made our environment, which sees none of our packages."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def callback_environment() -> dict[str, str]:
    """What callbacks see of our environment: all but the service's own settings."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("QUBECB_", "DJANGO_SETTINGS_MODULE"))
    }


@dataclass(frozen=True, slots=True)
class RunnerSettings:
    """How callbacks are run."""

    #: Where live output is kept: `scratch/output/<run_id>`.
    scratch: Path
    #: Interpreters of Python (3.6 or newer) and Perl callbacks.
    python: str = field(default_factory=default_python)
    perl: str = "perl"
    #: Modules that the Python host loads besides COMMON_MODULES.
    preload: tuple[str, ...] = ()
    #: `fork`: from a host; `fresh`: an interpreter a run; `auto`: fork where it works.
    mode: Mode = "auto"
    run_as: User | None = None
    #: The variables that every callback sees.
    environment: Mapping[str, str] = field(default_factory=callback_environment)
    #: $QBDIR, which callbacks find as QBDIR.
    qbdir: str = "/usr/local/pfx/qube"
    #: Folder of job logs; output is added to a job's `.cb` log where its folder exists.
    log_path: Path | None = None
    #: Seconds that a qb call waits for the farm.
    farm_timeout: float = 30.0
    #: How mail of `.qcb` callbacks is sent; None where qb.conf's language flags do not hold it.
    mail: MailSettings | None = None

    @property
    def output(self) -> Path:
        """The folder of live output files."""
        return self.scratch / "output"
