"""The lines of a qb.conf: `key = value`, `#` comments.

Our decisions: a value in quotes is taken whole, otherwise a blank followed by `#` begins a comment;
if a key is given twice, the last one counts. No message quotes a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FLAGS_KEY = "supervisor_language_flags"
BROKEN_FLAGS = f"this is not `{FLAGS_KEY} = value`, so Qube's default is assumed"
#: Where Qube is installed on Linux.
QB_DIRECTORY = "/usr/local/pfx/qube"
#: What Linux can open.
LONGEST_PATH = 4096
_QBDIR = re.compile(r"\$(?:QBDIR\b|\{QBDIR\})")
_COMMENT = re.compile(r"[ \t]#")


@dataclass(frozen=True, slots=True)
class QbConfProblem:
    """A mistake in qb.conf: the line's number (0 for the file as a whole) and what."""

    line: int
    message: str


def read_lines(
    data: bytes,
) -> tuple[dict[str, str], dict[str, int], list[QbConfProblem]]:
    """Give values by key, line numbers by key, and what is odd."""
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
    about_flags = line.lower().startswith(FLAGS_KEY)
    return BROKEN_FLAGS if about_flags else "this is not `key = value`"


def _value(text: str) -> str:
    """A value without its quotes, or without the comment after it."""
    for quote in "\"'":
        if text.startswith(quote) and (end := text.find(quote, 1)) > 0:
            rest = text[end + 1 :].lstrip()
            if not rest or rest.startswith("#"):
                return text[1:end]
    comment = _COMMENT.search(" " + text)
    return text[: comment.start()].strip() if comment else text


def expanded(text: str, qb_directory: str) -> str:
    """Give a path with `$QBDIR` replaced."""
    return _QBDIR.sub(lambda _: qb_directory, text[:LONGEST_PATH])[:LONGEST_PATH]
