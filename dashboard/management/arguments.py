"""Arguments of the command line that must be of a form, as settings are, and spans of the past."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, OutputWrapper
from django.utils import timezone

from dashboard.forms.fields import MomentField

T = TypeVar("T")


def of(form: Callable[[str], T]) -> Callable[[str], T]:
    """Give a type of argparse that reads a form of settings and says what it must be."""

    def read(value: str) -> T:
        try:
            return form(value)
        except ValueError as error:
            raise ArgumentTypeError(f"{error} (it is {value[:60]!r})") from None

    return read


def span(
    options: dict[str, Any], usual: timedelta | None = None
) -> tuple[datetime, datetime]:
    """Read `--since` and `--until`: nothing of it lies in the future.

    Takes how long the span is where only its end is said.
    """
    now = timezone.now()
    until = min(_moment(options["until"], "until") or now, now)
    since = _moment(options["since"], "since") or until - (usual or timedelta())
    if since >= until:
        raise CommandError("--since must be before --until")
    return since, until


def show_progress(shares: Iterable[float], stderr: OutputWrapper) -> None:
    """Go through a computation; on a terminal, say how much of it is done."""
    for share in shares:
        if sys.stderr.isatty():
            stderr.write(f"\r{share:4.0%} ", ending="")


def _moment(text: str | None, name: str) -> datetime | None:
    try:
        found: datetime | None = MomentField().to_python(text)
    except ValidationError as error:
        raise CommandError(f"--{name}: {' '.join(error.messages)}") from None
    return found
