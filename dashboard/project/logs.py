"""What is written into logs, and how much: clients cannot flood a log.

Text from clients, events and scripts is not ours. A line keeps 200 characters of each,
without line breaks and other characters that a terminal would obey. How many lines
there are is bounded by dashboard.project.thinning.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

_ANSWERED = (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INSUFFICIENT_STORAGE)
#: Characters kept of one text, and of a line that we word ourselves.
TEXT, LINE = 200, 2000
#: Characters of a traceback, of which the end says most.
_FIRST, _LAST = 8_000, 24_000
_OURS = ("qubecb", "dashboard")


def is_unforeseen(record: logging.LogRecord) -> bool:
    """Whether a server error is a bug, not an intended answer.

    503 and 507 are given on purpose: by /healthz, which is asked every few seconds, and when
    the database is in trouble, which is logged where it is met. Django would add an error.
    """
    return getattr(record, "status_code", None) not in _ANSWERED


def shown(text: str, most: int = TEXT) -> str:
    """Cut a text, and show what cannot be printed by its code."""
    cut = text[:most]
    if not cut.isprintable():
        cut = "".join(one if one.isprintable() else _code(one) for one in cut)
    return cut if len(text) <= most else f"{cut}… ({len(text)} characters)"


class Lines(logging.Formatter):
    """A line a record, and after it the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the text of a record."""
        bounded = copy.copy(record)
        bounded.msg, bounded.args = _message(record), ()
        bounded.exc_text = None  # another handler may have left a whole one
        return super().format(bounded)

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging names it)
        """Give a traceback, its lines cut like any other text."""
        text = super().formatException(ei)
        if len(text) > _FIRST + _LAST:
            text = f"{text[:_FIRST]}\n  …\n{text[-_LAST:]}"
        return "\n".join(map(_traced, text.split("\n")))


class _Text:
    """An argument of a message, cut as soon as it is written."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __str__(self) -> str:
        return shown(str(self._value))

    def __repr__(self) -> str:
        return shown(repr(self._value))


def _message(record: logging.LogRecord) -> str:
    """The message; one that came put together may be somebody else's text from end to end."""
    if not record.args:
        ours = record.name.partition(".")[0] in _OURS
        return shown(str(record.msg), LINE if ours else TEXT)
    if isinstance(record.args, Mapping):
        named = {name: _bounded(value) for name, value in record.args.items()}
        return shown(str(record.msg) % named, LINE)
    return shown(str(record.msg) % tuple(map(_bounded, record.args)), LINE)


def _bounded(value: object) -> object:
    return value if isinstance(value, int | float) else _Text(value)


def _traced(line: str) -> str:
    """A line of a traceback: the path of a file is ours and stays whole."""
    return shown(line, LINE if line.startswith('  File "') else TEXT)


def _code(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
