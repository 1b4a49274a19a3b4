"""Arguments of the command line that must be of a form, as settings are, and spans of the past."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, OutputWrapper

from dashboard.forms.fields import MomentField
from dashboard.forms.spans import span_of

T = TypeVar("T")


def of(form: Callable[[str], T]) -> Callable[[str], T]:
    """Give a type of argparse that reads a form of settings and says what it must be."""

    def read(value: str) -> T:
        try:
            return form(value)
        except ValueError as error:
            raise ArgumentTypeError(f"{error} (it is {value[:60]!r})") from None

    return read


def span(options: dict[str, Any]) -> tuple[datetime, datetime]:
    """Read `--since` and `--until`."""
    since, until = (_moment(options[name], name) for name in ("since", "until"))
    try:
        return span_of(since, until)
    except ValueError:
        raise CommandError("--since must be before --until, and before now") from None


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
