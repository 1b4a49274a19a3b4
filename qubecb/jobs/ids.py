"""Ids of jobs: a number, as Qube gives them, or text, as other farms do. The only place that reads them.

`5042` is the same id as a number and as text; `007` is not an id, so that nobody who means one job
acts on another. 0 means "all jobs" to Qube, and as a `pid` "none".
"""

from __future__ import annotations

import re
from typing import TypeAlias

from qubecb.digits import LARGEST, is_digits, whole_number

#: Text is never a plain decimal number.
JobId: TypeAlias = int | str

LARGEST_ID = LARGEST
LONGEST_ID = 200
#: A part of a regular expression: what may be an id as it is written.
PATTERN = r"[A-Za-z0-9_-]{1,200}"

_WRITTEN = re.compile(PATTERN, re.ASCII)
_LETTER = re.compile(r"[A-Za-z]", re.ASCII)
_KINDS = "an integer, or text of letters, digits, _ and - with at least one letter"


def job_id(given: object, least: int = 1) -> JobId | None:
    """Read an id as JSON, a person or a script gives it; None for what is not one.

    Takes the least number that is one: 0 where it means "none".
    """
    if type(given) is int:
        return given if least <= given <= LARGEST_ID else None
    return None if fault(given, least) else _read(given)


def fault(given: object, least: int = 0) -> str:
    """Give what keeps something from being an id, as a clause; nothing if it is one."""
    if isinstance(given, str):
        return _fault_of_text(given, least)
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int):
        return f"must be {_KINDS}"
    return "" if least <= given <= LARGEST_ID else f"must be from {least} to 2^63-1"


def may_be_id(text: str) -> bool:
    """Whether a text has the characters of an id, so that it was meant as one."""
    return bool(_WRITTEN.fullmatch(text))


def in_order(job: JobId) -> tuple[int, str]:
    """Give what to sort ids by: numbers by size, then texts."""
    return (LARGEST_ID + 1, job) if isinstance(job, str) else (job, "")


def _fault_of_text(text: str, least: int) -> str:
    if is_digits(text):
        if text != "0" and text.startswith("0"):
            return "must not begin with a zero"
        number = whole_number(text, least)
        return "" if number is not None else f"must be from {least} to 2^63-1"
    if len(text) > LONGEST_ID:
        return f"must have {LONGEST_ID} characters at most"
    whole = may_be_id(text) and _LETTER.search(text)
    return "" if whole else f"must be {_KINDS}"


def _read(given: object) -> JobId:
    """What has no fault."""
    text = given if isinstance(given, str) else str(int(given))  # type: ignore[call-overload]
    return int(text) if is_digits(text) else text
