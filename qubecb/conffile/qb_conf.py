"""Qube's own configuration, as far as callbacks need it.

Follows "Configuration Parameter Reference": `key = value` lines, `#` comments; a key that is
missing or commented out means its default. Odd lines are reported, never raised. Decisions
of ours: with no qb.conf at all every language is enabled; a value in quotes is taken whole,
otherwise a blank followed by `#` begins a comment; of a key given twice the last counts.

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
from qubecb.conffile.reading import read
from qubecb.digits import whole_number
from qubecb.errors import ConfigurationError

DEFAULT_PATH = Path("/etc/qb.conf")
_QB_DIRECTORIES = {
    "darwin": "/Applications/pfx/qube",
    "win32": r"C:\Program Files\pfx\qube",
}
_QB_DIRECTORY = "/usr/local/pfx/qube"
_MAIL_PORTS = {"DEFAULT": 25, "SSL": 465, "TLS": 587}
_SECRET = re.compile("password|passwd|secret", re.IGNORECASE)
_QBDIR = re.compile(r"\$(?:QBDIR\b|\{QBDIR\})")
#: What Linux can open; and more callback directories than any site has.
LONGEST_PATH, MOST_DIRECTORIES = 4096, 1000
#: Characters of a callback directory's path at most.
LONGEST_DIRECTORY = 1000
_CALLBACKS_KEY = "supervisor_universal_callback_path"
_COMMENT = re.compile(r"[ \t]#")
_FLAGS_KEY = "supervisor_language_flags"
_BROKEN_FLAGS = f"this is not `{_FLAGS_KEY} = value`, so Qube's default is assumed"


@dataclass(frozen=True, slots=True)
class QbConfProblem:
    """A mistake in qb.conf: the line's number (0 for the file as a whole) and what."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How the supervisor sends mail. Without `host` it cannot."""

    host: str = ""
    port: int = 25
    #: DEFAULT, SSL or TLS.
    connection: str = "DEFAULT"
    user: str = ""
    password: str = field(default="", repr=False)
    from_: str = "qube"
    #: Appended to a user name that is not an address.
    domain: str = ""
    administrator: str = ""
    job_template: Path = Path(_QB_DIRECTORY, "etc/job.mail")
    subjob_template: Path = Path(_QB_DIRECTORY, "etc/subjob.mail")
    work_template: Path = Path(_QB_DIRECTORY, "etc/work.mail")
    license_template: Path = Path(_QB_DIRECTORY, "etc/license.mail")


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
    qb_directory: Path = Path(_QB_DIRECTORY)
    callback_directories: tuple[Path, ...] = ()
    logpath: Path = Path("/var/spool/qube")
    mail: MailSettings = MailSettings()
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
    values, places, problems = _read_lines(data)
    return _build(path, values, places, problems)


def _read_lines(
    data: bytes,
) -> tuple[dict[str, str], dict[str, int], list[QbConfProblem]]:
    """Values by key, line numbers by key, and what is odd. No message quotes a value."""
    values: dict[str, str] = {}
    places: dict[str, int] = {}
    problems = []
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        key, equals, value = stripped.partition("=")
        key = key.strip()
        if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", key):
            problems.append(QbConfProblem(number, _broken(stripped)))
            continue
        if key in values:
            problems.append(
                QbConfProblem(number, f"{key} is given twice; this line counts")
            )
        values[key], places[key] = _value(value.strip()), number
    return values, places, problems


def _broken(line: str) -> str:
    """What is wrong with a line that is not `key = value`; it never quotes a value."""
    about_flags = line.lower().startswith(_FLAGS_KEY)
    return _BROKEN_FLAGS if about_flags else "this is not `key = value`"


def _value(text: str) -> str:
    """A value without its quotes, or without the comment after it."""
    for quote in "\"'":
        if text.startswith(quote) and (end := text.find(quote, 1)) > 0:
            rest = text[end + 1 :].lstrip()
            if not rest or rest.startswith("#"):
                return text[1:end]
    comment = _COMMENT.search(" " + text)
    return text[: comment.start()].strip() if comment else text


def _build(
    path: Path,
    values: dict[str, str],
    places: dict[str, int],
    problems: list[QbConfProblem],
) -> QubConf:
    flags_text = values.get(_FLAGS_KEY, DEFAULT_FLAGS)
    flags, faults = read_flags(flags_text)
    at = places.get(_FLAGS_KEY, 0)
    problems = [*problems, *(QbConfProblem(at, fault) for fault in faults)]
    told = {problem.message for problem in problems}
    default = _QB_DIRECTORIES.get(sys.platform, _QB_DIRECTORY)
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
        flags_understood=not faults and _BROKEN_FLAGS not in told,
        qb_directory=Path(qb_directory),
        callback_directories=_directories(
            callbacks, qb_directory, places.get(_CALLBACKS_KEY, 0), problems
        ),
        logpath=Path(
            _expanded(
                values.get("supervisor_logpath") or "/var/spool/qube", qb_directory
            )
        ),
        mail=_mail(values, places, qb_directory, problems),
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
        path = _expanded(part.strip(), qb_directory)
        fault = directory_fault(path)
        if fault:
            message = f"callback directory {number} is left out: its path {fault}"
            problems.append(QbConfProblem(line, message))
        elif path:
            found.append(Path(path))
    return tuple(found)


def _expanded(text: str, qb_directory: str) -> str:
    return _QBDIR.sub(lambda _: qb_directory, text[:LONGEST_PATH])[:LONGEST_PATH]


def _mail(
    values: Mapping[str, str],
    places: Mapping[str, int],
    qb_directory: str,
    problems: list[QbConfProblem],
) -> MailSettings:
    """The mail parameters; what cannot be read is added to `problems`."""

    def template(kind: str) -> Path:
        given = values.get(f"mail_{kind}_status_format")
        return Path(_expanded(given or f"$QBDIR/etc/{kind}.mail", qb_directory))

    connection = _connection(values, places, problems)
    return MailSettings(
        host=values.get("mail_host", ""),
        port=_port(values, places, problems) or _MAIL_PORTS[connection],
        connection=connection,
        user=values.get("mail_user", ""),
        password=values.get("mail_password", ""),
        from_=values.get("mail_from") or "qube",
        domain=values.get("mail_domain", ""),
        administrator=values.get("mail_administrator", ""),
        job_template=template("job"),
        subjob_template=template("subjob"),
        work_template=template("work"),
        license_template=template("license"),
    )


def _connection(
    values: Mapping[str, str], places: Mapping[str, int], problems: list[QbConfProblem]
) -> str:
    key = "mail_connection_type"
    given = values.get(key, "").upper() or "DEFAULT"
    if given in _MAIL_PORTS:
        return given
    problems.append(
        QbConfProblem(places.get(key, 0), f"{key} must be DEFAULT, SSL or TLS")
    )
    return "DEFAULT"


def _port(
    values: Mapping[str, str], places: Mapping[str, int], problems: list[QbConfProblem]
) -> int:
    """The port, or 0 for that of the connection's type."""
    port = whole_number(values.get("mail_port", "") or "0", most=65535)
    if port is not None:
        return port
    at = places.get("mail_port", 0)
    problems.append(QbConfProblem(at, "mail_port must be a number up to 65535"))
    return 0
