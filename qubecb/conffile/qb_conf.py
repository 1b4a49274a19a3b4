"""Qube's own configuration, as far as callbacks need it.

Follows "Configuration Parameter Reference": a key that is missing or commented out
means its default. Odd lines are reported, never raised. Our decision: with no qb.conf at all every
language is enabled.

Passwords are kept apart from the other values and are in no repr and no message.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from qubecb.conffile.names import Language
from qubecb.conffile.qb_flags import DEFAULT_FLAGS, FLAGS, read_flags
from qubecb.conffile.qb_lines import (
    BROKEN_FLAGS,
    FLAGS_KEY,
    LONGEST_PATH,
    QB_DIRECTORY,
    QbConfProblem,
    expanded,
    read_lines,
)
from qubecb.conffile.qb_mail import MailSettings, mail_settings
from qubecb.conffile.reading import read
from qubecb.errors import ConfigurationError

DEFAULT_PATH = Path("/etc/qb.conf")
_QB_DIRECTORIES = {
    "darwin": "/Applications/pfx/qube",
    "win32": r"C:\Program Files\pfx\qube",
}
_SECRET = re.compile("password|passwd|secret", re.IGNORECASE)
#: More callback directories than any site has.
MOST_DIRECTORIES = 1000
#: Characters of a callback directory's path at most.
LONGEST_DIRECTORY = 1000
_CALLBACKS_KEY = "supervisor_universal_callback_path"


@dataclass(frozen=True, slots=True)
class QubConf:
    """What was found in qb.conf, defaults filled in."""

    found: bool = False
    path: Path | None = None
    #: Every key but secrets, as written.
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    language_flags: frozenset[str] = frozenset(FLAGS)
    #: The flags as written, or Qube's default.
    flags_text: str = ""
    #: Whether every part of the flags could be read.
    flags_understood: bool = True
    qb_directory: Path = Path(QB_DIRECTORY)
    callback_directories: tuple[Path, ...] = ()
    logpath: Path = Path("/var/spool/qube")
    mail: MailSettings = field(default_factory=MailSettings)
    problems: tuple[QbConfProblem, ...] = ()
    #: Why the file is not used now, as a sentence without its full stop: then all of this is its
    #: last known content. Empty while it is read.
    absence: str = ""

    def enabled(self, language: Language | str) -> bool:
        """Whether callbacks of a language run here; also asked for `mail`."""
        return language in self.language_flags

    def how_to_enable(self, language: Language | str) -> str:
        """What to do in qb.conf so that a language is enabled too: a clause, `write …`.

        A whole line is given only where the present value was understood: a line made from
        half of it would switch off what the other half enables.
        """
        line = self.flag_line_to_enable(language)
        if line is not None:
            return f"write the line: {line}"
        return (
            f"add {language} to supervisor_language_flags by hand and keep the rest; "
            "part of its value cannot be read here, so no line is proposed"
        )

    def flag_line_to_enable(self, language: Language | str) -> str | None:
        """The exact line that enables a language too, or None: the value is not understood."""
        if not self.flags_understood:
            return None
        wanted = self.language_flags | {language}
        names = ",".join(flag for flag in FLAGS if flag in wanted)
        return f'supervisor_language_flags = "{names}"'


def find_path(environ: Mapping[str, str]) -> Path | None:
    """The qb.conf of this site: `QUBECB_QB_CONF`, else /etc/qb.conf if it exists."""
    given = environ.get("QUBECB_QB_CONF", "")
    if given:
        return Path(given)
    there = os.path.exists(DEFAULT_PATH)  # noqa: PTH110 (never raises)
    return DEFAULT_PATH if there else None


def load(path: Path | None) -> QubConf:
    """Read qb.conf; None means that there is none.

    A file that was named and does not exist counts as none and is reported. One that
    exists and cannot be read counts as one without a line: Qube's defaults hold.
    """
    if path is None:
        return QubConf()
    try:
        return of_bytes(path, read_bytes(path))
    except ConfigurationError as error:
        problem = QbConfProblem(0, str(error))
        if isinstance(error.__cause__, FileNotFoundError):
            return QubConf(path=path, problems=(problem,))
        return replace(_build(path, {}, {}, [problem]), flags_understood=False)


def read_bytes(path: Path) -> bytes:
    """The bytes of a qb.conf; raises ConfigurationError.

    The administrator named it: a link is followed wherever it leads.
    """
    return read(Path(os.path.realpath(path)))


def of_bytes(path: Path, data: bytes) -> QubConf:
    """What the bytes of a qb.conf say."""
    values, places, problems = read_lines(data)
    return _build(path, values, places, problems)


def _build(
    path: Path,
    values: dict[str, str],
    places: dict[str, int],
    problems: list[QbConfProblem],
) -> QubConf:
    flags_text = values.get(FLAGS_KEY, DEFAULT_FLAGS)
    flags, faults = read_flags(flags_text)
    at = places.get(FLAGS_KEY, 0)
    problems = [*problems, *(QbConfProblem(at, fault) for fault in faults)]
    told = {problem.message for problem in problems}
    default = _QB_DIRECTORIES.get(sys.platform, QB_DIRECTORY)
    qb_directory = (values.get("qb_directory") or default)[:LONGEST_PATH]
    callbacks = values.get(_CALLBACKS_KEY) or "$QBDIR/callback"
    return QubConf(
        found=True,
        path=path,
        values=MappingProxyType(
            {key: value for key, value in values.items() if not _SECRET.search(key)}
        ),
        language_flags=flags,
        flags_text=flags_text,
        flags_understood=not faults and BROKEN_FLAGS not in told,
        qb_directory=Path(qb_directory),
        callback_directories=_directories(
            callbacks, qb_directory, places.get(_CALLBACKS_KEY, 0), problems
        ),
        logpath=Path(
            expanded(
                values.get("supervisor_logpath") or "/var/spool/qube", qb_directory
            )
        ),
        mail=mail_settings(values, places, qb_directory, problems),
        problems=tuple(sorted(problems, key=lambda problem: problem.line)),
    )


def directory_fault(path: str) -> str:
    """Why a path cannot be that of a callback directory, as the end of a sentence; or nothing."""
    if len(path) > LONGEST_DIRECTORY:
        return f"is longer than {LONGEST_DIRECTORY:,} characters; link to it by a shorter path"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "is not valid UTF-8; rename it, or link to it by another name"
    return ""


def _directories(
    text: str, qb_directory: str, line: int, problems: list[QbConfProblem]
) -> tuple[Path, ...]:
    """The callback directories; one that cannot be used is added to `problems` instead."""
    found = []
    for number, part in enumerate(text.split(",")[:MOST_DIRECTORIES], 1):
        path = expanded(part.strip(), qb_directory)
        fault = directory_fault(path)
        if fault:
            message = f"callback directory {number} is left out: its path {fault}"
            problems.append(QbConfProblem(line, message))
        elif path:
            found.append(Path(path))
    return tuple(found)
