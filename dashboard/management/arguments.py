"""Arguments of the command line that must be of a form, as settings are."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def of(form: Callable[[str], T]) -> Callable[[str], T]:
    """Give a type of argparse that reads a form of settings and says what it must be."""

    def read(value: str) -> T:
        try:
            return form(value)
        except ValueError as error:
            raise ArgumentTypeError(f"{error} (it is {value[:60]!r})") from None

    return read
