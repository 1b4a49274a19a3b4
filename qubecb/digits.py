"""Whole numbers that somebody wrote: in a form, an address, a file, an event, a command.

The only place that reads them. int() takes more than anybody means by a number (digits of every
script, blanks, underscores, signs), and raises an error of its own for 5,000 digits.
"""

from __future__ import annotations

#: The largest that a database holds, so the largest id.
LARGEST = 2**63 - 1


def is_digits(text: str) -> bool:
    """Whether it is digits from 0 to 9, at least one, and nothing else."""
    return text.isascii() and text.isdecimal()


def whole_number(text: str, least: int = 0, most: int = LARGEST) -> int | None:
    """Read digits; None for anything else, and for a number that is out of range.

    Zeros in front count for nothing, however many there are.
    """
    number = limited(text, most + 1)
    return number if number is not None and least <= number <= most else None


def limited(text: str, most: int = LARGEST) -> int | None:
    """Read digits; None for anything else. What is larger than `most` is `most`."""
    if not is_digits(text):
        return None
    digits = text.lstrip("0") or "0"
    return most if len(digits) > len(str(most)) else min(int(digits), most)


def integer(text: str) -> int | None:
    """Read digits, with a minus before them or without, that a database holds; else None."""
    negative = text.startswith("-")
    number = whole_number(text.removeprefix("-"), most=LARGEST + negative)
    return -number if number is not None and negative else number
