"""File names of callbacks: the one place that refuses, and what an extension means.

A callback's file lies directly in the callback directory. Its extension names its
language ("Universal Callbacks": `.py` Python, `.pl` Perl, `.qcb` Qube). What is refused
here is our decision; the documentation does not say.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from qubecb.conffile.document import shown
from qubecb.errors import BadFileName

Language = Literal["python", "perl", "qube"]

LANGUAGES: dict[str, Language] = {".py": "python", ".pl": "perl", ".qcb": "qube"}
CONFIG_NAME = "callbacks.conf"
#: The longest name that Linux file systems hold, in bytes.
LONGEST_NAME = 255


def language_of(file: str) -> Language | None:
    """The language that the file's extension names, or None."""
    return _language_of(file[-LONGEST_NAME:])


@lru_cache(maxsize=4096)
def _language_of(file: str) -> Language | None:
    return LANGUAGES.get(Path(file).suffix) if "\0" not in file else None


def name_fault(file: str) -> str | None:
    """Why a file may not be named so, as the end of a sentence; None if it may.

    A symbolic link to a file elsewhere is allowed: farms link callbacks from their
    repositories. The name itself must stay inside the directory.
    """
    return _kept_fault(file) if len(file) <= LONGEST_NAME else _fault(file)


def _fault(file: str) -> str | None:
    if not file:
        return "is empty"
    if any(ord(character) < 32 or character == "\x7f" for character in file):
        return "contains a control character such as NUL, a tab or a newline"
    if "/" in file:
        return "contains a slash; a callback lies directly in the callback directory"
    if file.startswith("."):
        return "begins with a dot; such files are hidden in listings"
    if file.startswith("-"):
        return "begins with a dash, which programs read as an option"
    try:
        size = len(file.encode("utf-8"))
    except UnicodeEncodeError:
        return "is not UTF-8"
    return f"is longer than {LONGEST_NAME} bytes" if size > LONGEST_NAME else None


_kept_fault = lru_cache(maxsize=4096)(_fault)


def check_name(file: str) -> None:
    """Raise BadFileName unless a callback's file may be named so."""
    fault = name_fault(file)
    if fault is not None:
        raise BadFileName(f"the file name {_quoted(file)} {fault}")


def script_path(directory: Path, file: str) -> Path:
    """The path of a callback's file: the only way in which one is made.

    Raises BadFileName for a name that would leave the directory or be hidden in it.
    """
    check_name(file)
    return directory / file


def _quoted(file: str) -> str:
    return shown(repr(file if len(file) <= 60 else f"{file[:60]}…"))
