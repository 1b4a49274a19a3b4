"""What of Django's own log is worth a line."""

from __future__ import annotations

import logging
from http import HTTPStatus

_ANSWERED = (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INSUFFICIENT_STORAGE)


def is_unforeseen(record: logging.LogRecord) -> bool:
    """Whether an answer is one that nobody meant to give.

    503 and 507 are given on purpose: by /healthz, which is asked every few seconds, and when
    the database is in trouble, which is logged where it is met. Django would add an error.
    """
    return getattr(record, "status_code", None) not in _ANSWERED
